-- passed_over --
-- Events of unknown types, the most frequent type first. As JSON, since generations of layout 3 and
-- before do not have all columns.
SELECT to_jsonb(p) FROM {table} p ORDER BY p.events DESC, p.topic, p.type;

-- notes_conflicts --
-- One row where a generation has the table; those of layout 4 and before do not.
SELECT FROM pg_tables WHERE schemaname = %s AND tablename = 'sequence_conflicts';

-- conflicting --
-- Events of numbers that were given twice, by topic and type, with the newest; the most frequent type
-- first.
SELECT c.topic, c.type, c.events, n.key AS subject, n.sequence, n.event_id, n.first_event_id,
       n.partition, n."offset"
FROM (SELECT topic, type, count(*) AS events FROM {table} GROUP BY topic, type) c
CROSS JOIN LATERAL (
    SELECT * FROM {table} s WHERE s.topic = c.topic AND s.type = c.type
    ORDER BY s.published_at DESC, s."offset" DESC LIMIT 1
) n
ORDER BY c.events DESC, c.topic, c.type;

-- indexes_partitions --
-- Entity tables with an index of rows with events in several partitions; those of older generations
-- have none.
SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
WHERE c.relnamespace = %s::regnamespace AND pg_get_expr(i.indpred, i.indrelid) = '(partition < 0)';

-- in_several_partitions --
-- How many subjects of one entity have events in several partitions, and the first of them.
SELECT {entity} AS entity, {topic} AS topic,
       (SELECT count(*) FROM {table} WHERE partition < 0) AS subjects,
       ARRAY(SELECT {key} FROM {table} WHERE partition < 0 ORDER BY {columns} LIMIT {shown}) AS keys

-- notes_sources --
-- One row where a generation has the table; those of layout 7 and before do not.
SELECT FROM pg_tables WHERE schemaname = %s AND tablename = 'sources';

-- sources --
-- Who publishes on which topic, the newest first.
SELECT topic, source, published_at AS since, partition, "offset" FROM {table}
ORDER BY published_at DESC, topic, source;
