-- totals student_id
-- How many items a portfolio has, how many were accepted, and its health: of 100 percent, 70 for the
-- share that was accepted and 30 for how full it is, which it is with 10 items. It is rounded half up,
-- and never to 100 while something is left.
SELECT i.student_id, count(*) AS items, count(*) FILTER (WHERE i.status = 'approved') AS approved,
       CASE WHEN count(*) >= 10 AND count(*) FILTER (WHERE i.status = 'approved') = count(*) THEN 100
            ELSE least(99.9, round(
                70 * count(*) FILTER (WHERE i.status = 'approved')::numeric / nullif(count(*), 0)
                + 3 * least(count(*), 10)::numeric, 1)) END AS health
FROM student_portfolio_items i
WHERE i.student_id IS NOT NULL
GROUP BY i.student_id;
