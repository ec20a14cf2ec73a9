-- had --
-- All notifications that the caller has at the school {school}, with the caller's receipt: own ones of
-- it and of no school, and those for all who teach there.
SELECT n.notification_id, n.teacher_id, n.school_id, n.kind, n.title, n.message, n.action_url,
       n.created_at, n.expires_at, r.read_at, r.dismissed_at
FROM notifications n
LEFT JOIN notification_receipts r
       ON r.notification_id = n.notification_id AND r.teacher_id = me.teacher_id
WHERE n.teacher_id = me.teacher_id AND (n.school_id IS NULL OR n.school_id = {school})
UNION ALL
SELECT n.notification_id, n.teacher_id, n.school_id, n.kind, n.title, n.message, n.action_url,
       n.created_at, n.expires_at, r.read_at, r.dismissed_at
FROM school_teachers h
JOIN notifications n ON n.school_id = h.school_id AND n.teacher_id IS NULL
LEFT JOIN notification_receipts r
       ON r.notification_id = n.notification_id AND r.teacher_id = me.teacher_id
WHERE h.teacher_id = me.teacher_id AND h.school_id = {school}

-- shows --
-- Whether a notification `s` of them is shown: neither expired nor dismissed.
s.dismissed_at IS NULL AND (s.expires_at IS NULL OR s.expires_at > %(now)s::timestamptz)

-- unread --
-- How many of those that are shown the caller has not read.
SELECT count(*) FROM ({had}) AS s WHERE {shows} AND s.read_at IS NULL

-- item --
-- How a notification `s` is shown.
s.notification_id::text AS id, s.kind::text AS type, s.title::text AS title,
s.message::text AS message, s.action_url::text AS action_url, s.school_id::text AS school_id,
s.created_at::timestamptz AS created_at, (s.read_at IS NOT NULL)::boolean AS is_read,
s.read_at::timestamptz AS read_at
