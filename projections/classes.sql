-- rows class_id
-- index sorted_as, class_id
-- index organization_id, sorted_as, class_id
-- The classes of schools and of standalone teachers, by name, with the number of their students.
SELECT c.class_id, c.organization_id, c.teacher_id, c.name, left(c.name, 200) AS sorted_as,
       coalesce(k.students, 0) AS students
FROM class c
LEFT JOIN class_totals k ON k.class_id = c.class_id
WHERE NOT c.deleted;
