-- outbox_exists --
-- Whether the database is prepared for commands.
SELECT to_regclass('homeroom.outbox') IS NOT NULL;

-- count --
-- How many events of the outbox are not published, and the age of the oldest in seconds.
SELECT count(*), greatest(0, coalesce(extract(epoch FROM now() - min(created_at)), 0))::float8
FROM homeroom.outbox WHERE published_at IS NULL;
