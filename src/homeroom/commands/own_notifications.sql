-- newest --
-- How far the change feed is, if that is farther; and whether a membership has ended since, or
-- another generation is live.
SELECT max(c.id), coalesce(bool_or(c.relation IN ('ended_teacherships', '')), false)
FROM homeroom.change c
WHERE c.id > %(after)s;

-- ended --
-- Ended memberships of teachers of which they were not told.
SELECT c.cause, e.teacher_id, coalesce(e.name, e.school_id), e.revoked_at
FROM ended_teacherships e
CROSS JOIN LATERAL (SELECT concat_ws('/', 'membership_ended', e.school_id, e.teacher_id,
                                     extract(epoch FROM e.revoked_at)) AS cause) AS c
WHERE NOT EXISTS (SELECT FROM homeroom.notified n WHERE n.cause = c.cause)
LIMIT %(limit)s;

-- remember --
-- Each cause once, whoever looks; those that are new.
INSERT INTO homeroom.notified (cause, teacher_id)
SELECT c.cause, c.teacher_id FROM unnest(%(causes)s::text[], %(teachers)s::text[])
    AS c(cause, teacher_id)
ORDER BY c.cause
ON CONFLICT (cause) DO NOTHING
RETURNING cause;
