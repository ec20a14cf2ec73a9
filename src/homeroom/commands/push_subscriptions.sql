-- add --
-- A browser is that of whoever registered it last.
INSERT INTO homeroom.push_subscription AS s (id, role, person_id, endpoint, p256dh, auth)
VALUES (%(id)s, %(role)s, %(person_id)s, %(endpoint)s, %(p256dh)s, %(auth)s)
ON CONFLICT (id) DO UPDATE
SET role = excluded.role, person_id = excluded.person_id, p256dh = excluded.p256dh,
    auth = excluded.auth, at = now();

-- keep_newest --
-- Browsers that somebody has long forgotten go.
DELETE FROM homeroom.push_subscription s
WHERE s.role = %(role)s AND s.person_id = %(person_id)s AND s.id <> ALL (ARRAY(
    SELECT n.id FROM homeroom.push_subscription n
    WHERE n.role = %(role)s AND n.person_id = %(person_id)s
    ORDER BY n.at DESC, n.id
    LIMIT %(limit)s));

-- want_as_teacher --
-- Whoever registers a browser wants to be told there, of all that nothing else was chosen for.
INSERT INTO homeroom.notification_preference (teacher_id, kind, channel, enabled)
SELECT %(person_id)s, k.kind, 'web_push', true FROM unnest(%(kinds)s::text[]) AS k(kind)
ORDER BY k.kind
ON CONFLICT DO NOTHING;

-- want_as_student --
-- The same of nudges.
INSERT INTO homeroom.student_notification_preference (student_id, kind, channel, enabled)
SELECT %(person_id)s, k.kind, 'web_push', true FROM unnest(%(kinds)s::text[]) AS k(kind)
ORDER BY k.kind
ON CONFLICT DO NOTHING;

-- remove --
DELETE FROM homeroom.push_subscription s
WHERE s.id = %(id)s AND s.role = %(role)s AND s.person_id = %(person_id)s;
