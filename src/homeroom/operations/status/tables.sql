-- tables --
-- Every table of a generation: about how many rows it has, and how many writes it has seen. Both are
-- what PostgreSQL counts anyway; after a crash of it they begin anew.
SELECT s.relname, greatest(s.n_live_tup, 0),
       s.n_tup_ins + s.n_tup_upd + s.n_tup_del, greatest(c.reltuples, 0)::bigint
FROM pg_stat_user_tables s JOIN pg_class c ON c.oid = s.relid
WHERE s.schemaname = %s;
