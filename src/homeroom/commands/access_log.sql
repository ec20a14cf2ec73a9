-- append --
INSERT INTO homeroom.access_log
    (user_id, role, organization_id, action, resource, at, request_id, address)
VALUES (%(user_id)s, %(role)s, %(organization_id)s, %(action)s, %(resource)s, %(at)s,
        %(request_id)s, %(address)s);

-- prune --
-- A few at a time, the oldest first.
DELETE FROM homeroom.access_log l
WHERE l.id = ANY (ARRAY(
    SELECT p.id FROM homeroom.access_log p
    WHERE p.at < now() - make_interval(days => %(days)s)
    ORDER BY p.at
    LIMIT %(limit)s));
