-- prune --
-- Of minutes that have long been over; a few at a time, the oldest first.
DELETE FROM homeroom.request_count c
WHERE (c.caller, c.limited) IN (
    SELECT p.caller, p.limited FROM homeroom.request_count p
    WHERE p.began_at < now() - interval '1 hour'
    ORDER BY p.began_at
    LIMIT %(limit)s);
