-- rows habit_id
-- index student_id
-- The habits of students; those given up too, since logs of them may come late.
SELECT h.habit_id, h.student_id, h.name, h.started_on, h.stopped
FROM habit h;
