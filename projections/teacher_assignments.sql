-- rows assignment_id
-- index teacher_id, created_at DESC, assignment_id
-- The assignments of standalone teachers. A class that is deleted or unknown has no name and no
-- students; then all submissions count, and else those of the class's students.
SELECT a.assignment_id, a.created_by AS teacher_id, a.class_id, a.title, a.subject,
       CASE WHEN NOT c.deleted THEN c.name END AS class_name,
       a.due_at, a.status, a.created_at,
       CASE WHEN NOT c.deleted THEN coalesce(n.of_class, 0)
            ELSE coalesce(n.submissions, 0) END AS total_submissions,
       CASE WHEN NOT c.deleted THEN coalesce(k.students, 0) ELSE 0 END AS total_students
FROM assignment a
LEFT JOIN class c ON c.class_id = a.class_id
LEFT JOIN class_totals k ON k.class_id = a.class_id
LEFT JOIN assignment_totals n ON n.assignment_id = a.assignment_id
WHERE NOT a.deleted AND a.organization_id IS NULL;
