-- totals school_id, teacher_id, class_id
-- index teacher_id, school_id, class_id
-- Which classes a teacher has at a school: own ones, and those of which the teacher has a session there.
SELECT c.school_id, c.teacher_id, c.class_id, count(*) AS grounds
FROM school_classes c
WHERE c.school_id IS NOT NULL AND c.teacher_id IS NOT NULL
GROUP BY c.school_id, c.teacher_id, c.class_id;
SELECT s.school_id, s.teacher_id, s.class_id, count(*) AS grounds
FROM teacher_sessions s
WHERE s.school_id IS NOT NULL AND s.teacher_id IS NOT NULL AND s.class_id IS NOT NULL
GROUP BY s.school_id, s.teacher_id, s.class_id;
