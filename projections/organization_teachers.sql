-- totals organization_id, teacher_id
-- index teacher_id
-- The teachers of a school: those whose account names it, and its members.
SELECT t.organization_id, t.teacher_id, count(*) AS grounds
FROM teachers t
WHERE t.organization_id IS NOT NULL
GROUP BY t.organization_id, t.teacher_id;
SELECT m.organization_id, m.teacher_id, count(*) AS grounds
FROM teacher_memberships m
GROUP BY m.organization_id, m.teacher_id;
