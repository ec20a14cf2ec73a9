-- rows exam_id, teacher_id
-- A teacher's grades count where their exam is known, not deleted and standalone.
SELECT g.exam_id, g.teacher_id, g.grades
FROM exam_grades g
JOIN exam e ON e.exam_id = g.exam_id
WHERE NOT e.deleted AND e.organization_id IS NULL;
