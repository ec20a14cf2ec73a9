-- written --
-- How far the database has written its log, in bytes. After a failover the URL may name a standby.
SELECT CASE WHEN NOT pg_is_in_recovery() THEN pg_current_wal_lsn() - '0/0' END

-- replayed --
-- How far a standby has replayed it; none where the server is no standby.
SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() - '0/0' END
