-- limit_statements --
-- What the database is too slow to count is left out.
SELECT set_config('statement_timeout', %s, false);

-- rebuild --
-- The rebuild that has not ended: how long ago it last noted its progress, and how far it is.
SELECT extract(epoch FROM now() - beat_at)::double precision, done, total FROM homeroom.rebuild
WHERE ended_at IS NULL;

-- bytes --
-- What the dead letters, the waiting events and the events with a number given twice of a generation
-- take on the disk, with their indexes.
SELECT pg_total_relation_size(to_regclass(quote_ident(%(generation)s) || '.dead_letters')),
       pg_total_relation_size(to_regclass(quote_ident(%(generation)s) || '.waiting')),
       pg_total_relation_size(to_regclass(quote_ident(%(generation)s) || '.sequence_conflicts'));
