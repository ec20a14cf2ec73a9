-- refresh batch_id
-- The class of a batch: of those that there are the one with most essays, the first by its id.
SELECT DISTINCT ON (n.batch_id) n.batch_id, n.class_id, n.class_name
FROM batch_class_names n
WHERE n.class_name IS NOT NULL
ORDER BY n.batch_id, n.essays DESC, n.class_id;
