-- say --
-- Numbers an event and stores it. The number's row is locked until the transaction ends, so ids
-- ascend within a subject. A subject that has said nothing begins with an event that creates it;
-- of another one nothing is stored, and the number stays 0.
WITH numbered AS (
    INSERT INTO {schema}.subject AS s (entity, subject, sequence)
    VALUES (%(entity)s, %(subject)s, %(first)s)
    ON CONFLICT (entity, subject) DO UPDATE
    SET sequence = CASE WHEN s.sequence = 0 THEN excluded.sequence ELSE s.sequence + 1 END
    RETURNING s.sequence),
said AS (
    INSERT INTO {schema}.outbox (event_id, type, subject, sequence, "time", data)
    SELECT %(event_id)s, %(type)s, %(subject)s, n.sequence, CAST(%(time)s AS timestamptz),
           CAST(%(data)s AS json)
    FROM numbered n
    WHERE n.sequence > 0
    RETURNING sequence)
SELECT n.sequence, CAST(pg_notify(%(channel)s, '') AS text) FROM numbered n;

-- announced --
-- Whether a backfill will say the subjects of an entity that have said nothing. It does not finish
-- before this transaction ends.
SELECT b.name FROM {schema}.backfill b
WHERE %(entity)s = ANY (b.entities) AND b.finished_at IS NULL
FOR KEY SHARE;
