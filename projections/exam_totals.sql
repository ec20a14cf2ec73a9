-- totals exam_id
-- How many results an exam has.
SELECT r.exam_id, count(*) AS results
FROM exam_result r
GROUP BY r.exam_id;
