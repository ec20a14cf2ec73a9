-- add_command --
-- With those that the earlier ones rest on, each of which has all of its own already.
INSERT INTO homeroom.command (id, also, answer)
SELECT %(command_id)s, ARRAY(
    SELECT unnest(%(also)s::uuid[])
    UNION
    SELECT unnest(c.also) FROM homeroom.command c WHERE c.id = ANY (%(also)s::uuid[])),
    %(answer)s::jsonb;

-- answer --
-- What a command was answered with; no row where there was none of this id.
SELECT c.answer FROM homeroom.command c WHERE c.id = %(command_id)s;

-- append --
-- What a command said, in its order: ids ascend within a subject, since the next number of a
-- subject is given only after the commit of the one before.
INSERT INTO homeroom.outbox (command_id, event_id, type, subject, sequence, time, data)
SELECT %(command_id)s, coalesce(e.event_id, uuidv7()::text), e.type, e.subject, e.sequence, e.time,
       e.data
FROM ROWS FROM (json_to_recordset(%(events)s::json)
         AS (event_id text, type text, subject text, sequence bigint, time timestamptz, data json))
     WITH ORDINALITY AS e
ORDER BY e.ordinality;

-- wake --
-- Heard by the relay when this transaction has committed.
NOTIFY homeroom_outbox;

-- waits_for --
-- What keeps the numbering from being level with the log, if the relay knows.
SELECT r.waits_for FROM homeroom.relay r;

-- commands --
-- Which of these commands exist, and the other commands with events that their callers must see.
SELECT c.id, c.also FROM homeroom.command c WHERE c.id = ANY (%(commands)s);

-- published --
-- How far these commands' events reach in the log; a row without a topic for those that are not
-- there yet. What is pruned has long been published.
SELECT o.command_id, o.topic, o.partition, max(o."offset")
FROM homeroom.outbox o
WHERE o.command_id = ANY (%(commands)s)
GROUP BY o.command_id, o.topic, o.partition;
