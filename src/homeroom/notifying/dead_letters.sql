-- list --
-- What was not delivered and waits for an operator, the oldest first.
SELECT d.id, d.state, d.channel, d.role, d.person_id, m.kind, m.title, d.attempts, d.problem,
       m.received_at AS since, d.message_id, d.decided_by, d.why
FROM homeroom.delivery d JOIN homeroom.message m ON m.id = d.message_id
WHERE d.state = ANY (%(states)s) AND (%(channel)s::text IS NULL OR d.channel = %(channel)s::text)
  AND (%(id)s::uuid IS NULL OR d.id = %(id)s::uuid)
ORDER BY m.received_at, d.id;

-- retry --
-- As if it had never been tried, with the same id.
UPDATE homeroom.delivery d
SET state = 'due', due_at = now(), attempts = 0, decided_by = %(by)s, why = %(why)s
WHERE d.id = ANY (%(ids)s) AND d.state = ANY (%(states)s)
RETURNING d.id;

-- discard --
UPDATE homeroom.delivery d
SET state = 'discarded', ended_at = now(), decided_by = %(by)s, why = %(why)s
WHERE d.id = ANY (%(ids)s) AND d.state = ANY (%(states)s)
RETURNING d.id;
