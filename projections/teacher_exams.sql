-- rows exam_id, teacher_id
-- index teacher_id, sorted_at DESC, exam_id
-- The exams of standalone teachers: one row for each teacher who created it or is assigned to it.
-- `sorted_at` has those without a date as the oldest. It is a column, since row-level security keeps
-- expressions that it does not know to be safe out of the conditions of an index.
SELECT e.exam_id, t.item AS teacher_id, e.class_id, e.title, e.subject,
       CASE WHEN NOT c.deleted THEN c.name END AS class_name,
       e.scheduled_at, e.status, e.kind, e.total_questions, e.total_marks,
       coalesce(n.results, 0) AS results, coalesce(e.scheduled_at, '-infinity') AS sorted_at
FROM exam e
CROSS JOIN LATERAL distinct_items(e.assigned_teachers, e.created_by) AS t(item)
LEFT JOIN class c ON c.class_id = e.class_id
LEFT JOIN exam_totals n ON n.exam_id = e.exam_id
WHERE NOT e.deleted AND e.organization_id IS NULL;
