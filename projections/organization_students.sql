-- totals organization_id, student_id
-- index student_id
-- The students of a school: its members, and who is in one of its classes.
SELECT e.organization_id, e.student_id, count(*) AS grounds
FROM organization_enrollments e
GROUP BY e.organization_id, e.student_id;
SELECT m.organization_id, m.student_id, count(*) AS grounds
FROM student_memberships m
GROUP BY m.organization_id, m.student_id;
