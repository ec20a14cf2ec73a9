-- totals session_id
-- How many students were recorded as present at a session.
SELECT a.session_id, count(*) FILTER (WHERE a.present) AS attended
FROM attendance a
GROUP BY a.session_id;
