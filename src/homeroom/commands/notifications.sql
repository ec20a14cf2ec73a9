-- take_turn --
-- One command for a teacher's receipts at a time; and none while numbers are being called in question.
SELECT pg_advisory_xact_lock_shared(%(lock)s, 0),
       pg_advisory_xact_lock(%(lock)s + 3, hashtext(%(teacher_id)s));

-- level --
-- Whether numbers are level with the log.
SELECT coalesce(n.identity = homeroom.identity(), false) FROM homeroom.numbering n;

-- school --
-- The school that is asked for, where the teacher teaches there; without one the first by name.
SELECT h.school_id
FROM school_teachers h
WHERE h.teacher_id = %(teacher_id)s
  AND (%(school_id)s::text IS NULL OR h.school_id = %(school_id)s::text)
ORDER BY h.sorted_as, h.school_id
LIMIT 1;

-- one --
-- A notification that the teacher has at some school, whether expired, dismissed or not, and its
-- receipt: as it is kept here, which is the newer, or as the log has it.
SELECT {receipt}
FROM notifications n
{joined}
WHERE n.notification_id = %(notification_id)s AND {had};

-- unread --
-- All of a school that were not read, as the list of them has it.
SELECT {receipt}
FROM notifications n
{joined}
WHERE {had} AND (n.school_id = %(school_id)s OR n.school_id IS NULL)
  AND (n.teacher_id = %(teacher_id)s OR n.teacher_id IS NULL AND n.school_id = %(school_id)s)
  AND coalesce(k.read_at, r.read_at) IS NULL
  AND coalesce(k.dismissed_at, r.dismissed_at) IS NULL
  AND (n.expires_at IS NULL OR n.expires_at > %(now)s)
ORDER BY n.notification_id
LIMIT %(limit)s;

-- had --
-- Whether the notification `n` is the teacher's: own, or of a school where the teacher teaches.
CASE WHEN n.teacher_id = %(teacher_id)s AND n.school_id IS NULL THEN true
     WHEN n.teacher_id = %(teacher_id)s OR n.teacher_id IS NULL
     THEN EXISTS (SELECT FROM school_teachers h
                  WHERE h.teacher_id = %(teacher_id)s AND h.school_id = n.school_id)
     ELSE false END

-- receipt --
n.notification_id, n.kind, n.title, n.message, n.action_url, n.school_id, n.created_at,
greatest(k.sequence, r.sequence, (
    SELECT w.sequence FROM subjects_without_row w
    WHERE w.entity = 'notification_receipt'
      AND w.key = n.notification_id || '/' || %(teacher_id)s), 0),
coalesce(k.read_at, r.read_at), coalesce(k.dismissed_at, r.dismissed_at), k.command_id

-- joined --
LEFT JOIN homeroom.notification_receipt k
       ON k.notification_id = n.notification_id AND k.teacher_id = %(teacher_id)s
LEFT JOIN notification_receipt r
       ON r.notification_id = n.notification_id AND r.teacher_id = %(teacher_id)s

-- record --
INSERT INTO homeroom.notification_receipt AS k
    (notification_id, teacher_id, sequence, read_at, dismissed_at, command_id)
SELECT g.notification_id, %(teacher_id)s, g.sequence, g.read_at, g.dismissed_at, %(command_id)s
FROM json_to_recordset(%(receipts)s::json)
    AS g(notification_id text, sequence bigint, read_at timestamptz, dismissed_at timestamptz)
ON CONFLICT (notification_id, teacher_id) DO UPDATE
SET sequence = excluded.sequence, read_at = excluded.read_at,
    dismissed_at = excluded.dismissed_at, command_id = excluded.command_id;

-- prefer --
INSERT INTO homeroom.notification_preference AS p (teacher_id, kind, channel, enabled)
SELECT %(teacher_id)s, g.kind, g.channel, g.enabled
FROM json_to_recordset(%(preferences)s::json) AS g(kind text, channel text, enabled boolean)
ORDER BY g.kind, g.channel
ON CONFLICT (teacher_id, kind, channel) DO UPDATE SET enabled = excluded.enabled;

-- preferences --
SELECT p.kind, p.channel, p.enabled
FROM homeroom.notification_preference p
WHERE p.teacher_id = %(teacher_id)s;
