-- rows goal_id
-- index student_id, due_on
-- index student_id, completed_at
-- The goals of students that were not dropped.
SELECT g.goal_id, g.student_id, g.title, g.due_on, g.completed_at
FROM goal g
WHERE NOT g.dropped;
