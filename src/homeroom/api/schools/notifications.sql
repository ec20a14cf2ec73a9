-- school --
-- The school that is asked for, and how many notifications are unread there.
SELECT q.id, q.name, q.time_zone, ({unread})::bigint AS unread
FROM ({school}) AS q

-- page --
-- A page of them, the newest first; none where the caller teaches nowhere.
SELECT {item}
FROM ({had}) AS s
WHERE a.id IS NOT NULL AND {shows} AND (%(kind)s::text IS NULL OR s.kind = %(kind)s::text)
  AND (NOT %(unread)s::boolean OR s.read_at IS NULL)
  AND (s.created_at, s.notification_id)
      < (%(after_created_at)s::timestamptz, %(after_id)s::text)
ORDER BY s.created_at DESC, s.notification_id DESC
LIMIT %(limit)s::bigint

-- preferences --
-- What the caller has set.
SELECT p.kind::text AS kind, p.channel::text AS channel, p.enabled::boolean AS enabled
FROM homeroom.notification_preference p
WHERE p.teacher_id = me.teacher_id
