-- rows batch_id, class_id
-- The same with the name of the class; one that is deleted or unknown has none.
SELECT e.batch_id, e.class_id, e.essays, CASE WHEN NOT c.deleted THEN c.name END AS class_name
FROM batch_class_essays e
LEFT JOIN class c ON c.class_id = e.class_id;
