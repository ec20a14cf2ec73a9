-- rows assignment_id, teacher_id
-- index teacher_id, created_at DESC, assignment_id
-- A teacher's grades count where their assignment is known, not deleted and standalone.
SELECT g.assignment_id, g.teacher_id, g.grades, a.created_at
FROM assignment_grades g
JOIN assignment a ON a.assignment_id = g.assignment_id
WHERE NOT a.deleted AND a.organization_id IS NULL;
