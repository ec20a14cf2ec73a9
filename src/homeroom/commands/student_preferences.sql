-- prefer --
INSERT INTO homeroom.student_notification_preference AS p (student_id, kind, channel, enabled)
SELECT %(student_id)s, g.kind, g.channel, g.enabled
FROM json_to_recordset(%(preferences)s::json) AS g(kind text, channel text, enabled boolean)
ORDER BY g.kind, g.channel
ON CONFLICT (student_id, kind, channel) DO UPDATE SET enabled = excluded.enabled;

-- preferences --
SELECT p.kind, p.channel, p.enabled
FROM homeroom.student_notification_preference p
WHERE p.student_id = %(student_id)s;

-- be_quiet --
INSERT INTO homeroom.quiet_hours AS q (student_id, quiet_from, quiet_until)
VALUES (%(student_id)s, %(quiet_from)s, %(quiet_until)s)
ON CONFLICT (student_id) DO UPDATE
SET quiet_from = excluded.quiet_from, quiet_until = excluded.quiet_until;

-- quiet --
SELECT q.quiet_from, q.quiet_until FROM homeroom.quiet_hours q WHERE q.student_id = %(student_id)s;

-- read_in --
-- In which language somebody reads, as their browser said last.
INSERT INTO homeroom.person_language AS l (role, person_id, language)
VALUES (%(role)s, %(person_id)s, %(language)s)
ON CONFLICT (role, person_id) DO UPDATE SET language = excluded.language
WHERE l.language <> excluded.language;
