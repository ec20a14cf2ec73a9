-- begin_subjects --
-- The subjects whose rows this repair changes.
CREATE TEMPORARY TABLE pg_temp.subjects (entity text, subject text) ON COMMIT DROP

-- note_subjects --
INSERT INTO pg_temp.subjects
SELECT %s, s.key FROM (SELECT key FROM drift UNION SELECT %s::text) AS s WHERE s.key IS NOT NULL

-- columns --
-- The columns of a table that are the same in every generation of one log.
SELECT array_agg(attname::text ORDER BY attnum) FROM pg_attribute
WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attname <> 'read_at'

-- close_dead_letters --
-- Closes the dead letters that the fresh generation does not have open, and records it.
WITH changed AS (
    UPDATE {live} SET closed_as = 'superseded', closed_at = now()
    WHERE closed_as IS NULL AND {of_subjects} AND (topic, partition, "offset") NOT IN (
        SELECT topic, partition, "offset" FROM {fresh} WHERE closed_as IS NULL)
    RETURNING topic, partition, "offset", old.closed_as AS before, new.closed_as AS after
)
INSERT INTO homeroom.repair (generation, "table", key, before, after, by, why)
SELECT %s, 'dead_letters', concat_ws(':', topic, partition, "offset"),
       jsonb_build_object('closed_as', before), jsonb_build_object('closed_as', after), %s, %s
FROM changed

-- open_dead_letters --
-- Opens, or adds, the dead letters that the fresh generation has open, and records it.
WITH changed AS (
    INSERT INTO {live} (
        topic, partition, "offset", published_at, record_key, headers, value, is_cut, reason, detail,
        entity, key, sequence, closed_as, closed_at
    )
    SELECT
        topic, partition, "offset", published_at, record_key, headers, value, is_cut, reason, detail,
        entity, key, sequence, closed_as, closed_at
    FROM {fresh}
    WHERE closed_as IS NULL AND {of_subjects} AND (topic, partition, "offset") NOT IN (
        SELECT topic, partition, "offset" FROM {live} WHERE closed_as IS NULL)
    ON CONFLICT (topic, partition, "offset") DO UPDATE SET closed_as = NULL, closed_at = NULL
    RETURNING topic, partition, "offset", old.closed_as AS before, new.closed_as AS after
)
INSERT INTO homeroom.repair (generation, "table", key, before, after, by, why)
SELECT %s, 'dead_letters', concat_ws(':', topic, partition, "offset"),
       jsonb_build_object('closed_as', before), jsonb_build_object('closed_as', after), %s, %s
FROM changed

-- begin_earlier_drift --
-- Drift of projections from before the repair.
CREATE TEMPORARY TABLE pg_temp.earlier_drift ("table" text, key text, should jsonb) ON COMMIT DROP

-- note_earlier_drift --
INSERT INTO pg_temp.earlier_drift SELECT %s, d.key, d.should FROM ({}) AS d(key, have, should)
