-- rows student_id, scored_on
-- How ready students were, day by day.
SELECT r.student_id, r.scored_on, r.score
FROM readiness r;
