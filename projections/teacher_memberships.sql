-- rows organization_id, teacher_id
-- Which registered teachers belong to which school.
SELECT m.school_id AS organization_id, m.user_id AS teacher_id
FROM membership m
JOIN teacher t ON t.teacher_id = m.user_id
WHERE m.revoked_at IS NULL AND NOT t.deactivated;
