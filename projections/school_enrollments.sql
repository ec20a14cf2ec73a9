-- rows class_id, student_id
-- index student_id, class_id
-- index class_id, enrolled_at DESC, student_id
-- index class_id, nameless, sorted_as, student_id
-- The same with the student's name and since when; whoever is not registered yet has no name.
SELECT n.class_id, n.student_id, e.school_id, n.enrolled_at, s.name, s.name IS NULL AS nameless,
       left(coalesce(s.name, ''), 200) AS sorted_as
FROM enrollment n
JOIN school_class_students e ON e.class_id = n.class_id AND e.student_id = n.student_id
LEFT JOIN student s ON s.student_id = n.student_id;
