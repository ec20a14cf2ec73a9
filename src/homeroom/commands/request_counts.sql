-- prune --
-- Of minutes, and of days (`habit_logs`), that have long been over; a few at a time, the oldest first.
DELETE FROM homeroom.request_count c
WHERE (c.caller, c.limited) IN (
    SELECT p.caller, p.limited FROM homeroom.request_count p
    WHERE p.began_at < now() - interval '1 hour'
      AND (p.limited <> 'habit_logs' OR p.began_at < now() - interval '1 day')
    ORDER BY p.began_at
    LIMIT %(limit)s);
