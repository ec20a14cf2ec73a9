-- rows school_id, teacher_id
-- feed teacher_id
-- Who taught at a school and does no more; it has no name where nobody has told one.
SELECT m.school_id, m.user_id AS teacher_id, m.revoked_at, s.name
FROM membership m
LEFT JOIN school s ON s.school_id = m.school_id
WHERE m.revoked_at IS NOT NULL AND m.role = 'teacher';
