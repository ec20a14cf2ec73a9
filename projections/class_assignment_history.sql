-- rows assignment_id
-- index teacher_id, made_at DESC, assignment_id
-- All assignments to classes that were ever made: by whom and when, and who ended them.
SELECT a.assignment_id, a.teacher_id, a.class_id, c.organization_id,
       a.made_at, a.made_by, a.removed_at, a.removed_by
FROM class_assignment a
LEFT JOIN class c ON c.class_id = a.class_id;
