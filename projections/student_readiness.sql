-- refresh student_id
-- A student's newest score, its gaps, and how much it is above the newest one that is at least 7 days
-- older.
SELECT n.student_id, n.scored_on, n.score, n.gaps, n.score - o.score AS trend
FROM (SELECT DISTINCT ON (r.student_id) r.student_id, r.scored_on, r.score, r.gaps
      FROM readiness r
      ORDER BY r.student_id, r.scored_on DESC) AS n
LEFT JOIN LATERAL (SELECT e.score
                   FROM readiness e
                   WHERE e.student_id = n.student_id AND e.scored_on::date <= n.scored_on::date - 7
                   ORDER BY e.scored_on DESC
                   LIMIT 1) AS o ON true;
