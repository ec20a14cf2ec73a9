-- rows class_id
-- index teacher_id, class_id
-- The classes of schools, with the number of students who count in them.
SELECT c.class_id, c.organization_id AS school_id, c.teacher_id, c.name, left(c.name, 200) AS sorted_as,
       c.subject, coalesce(k.students, 0) AS students
FROM class c
LEFT JOIN school_class_totals k ON k.class_id = c.class_id
WHERE NOT c.deleted AND c.organization_id IS NOT NULL;
