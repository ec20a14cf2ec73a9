-- rows organization_id, student_id
-- Which registered students belong to which school.
SELECT m.school_id AS organization_id, m.user_id AS student_id
FROM membership m
JOIN student s ON s.student_id = m.user_id
WHERE m.revoked_at IS NULL AND NOT s.deactivated;
