-- rows class_id, student_id
-- index student_id, class_id
-- feed school_id
-- Who counts in which class of a school: enrolled, and the membership of the school was not revoked.
SELECT e.class_id, e.student_id, e.organization_id AS school_id
FROM organization_enrollments e
LEFT JOIN membership m ON m.school_id = e.organization_id AND m.user_id = e.student_id
WHERE m.revoked_at IS NULL;
