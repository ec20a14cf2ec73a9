-- rows assignment_id, teacher_id
-- index teacher_id
-- A teacher's grades count where their assignment is known, not deleted and standalone.
SELECT g.assignment_id, g.teacher_id, g.grades
FROM assignment_grades g
JOIN assignment a ON a.assignment_id = g.assignment_id
WHERE NOT a.deleted AND a.organization_id IS NULL;
