-- totals batch_id, class_id
-- How many essays of a batch are of which class.
SELECT e.batch_id, e.class_id, count(*) AS essays
FROM essay_association e
WHERE NOT e.removed AND e.class_id IS NOT NULL
GROUP BY e.batch_id, e.class_id;
