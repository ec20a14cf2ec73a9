-- outbox_exists --
-- Whether the database is prepared for commands.
SELECT to_regclass('homeroom.outbox') IS NOT NULL;

-- count --
-- How many events of the outbox are not published, and the age of the oldest in seconds; how many of
-- them are of types that are not known here, and which; and how many of them Kafka refused.
SELECT count(*), greatest(0, coalesce(extract(epoch FROM now() - min(created_at)), 0))::float8,
       count(*) FILTER (WHERE type <> ALL (%(known)s::text[])),
       coalesce(array_agg(DISTINCT type) FILTER (WHERE type <> ALL (%(known)s::text[])), '{}'),
       count(*) FILTER (WHERE refused_at IS NOT NULL)
FROM homeroom.outbox WHERE published_at IS NULL;
