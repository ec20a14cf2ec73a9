-- rows school_id, teacher_id
-- index teacher_id, sorted_as, school_id
-- feed teacher_id, school_id
-- Who teaches at which school now: an active membership as teacher, of a school that is not closed.
SELECT m.school_id, m.user_id AS teacher_id, s.name, left(s.name, 200) AS sorted_as, s.time_zone
FROM membership m
JOIN school s ON s.school_id = m.school_id
WHERE m.revoked_at IS NULL AND m.role = 'teacher' AND NOT s.closed;
