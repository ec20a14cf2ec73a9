-- refresh habit_id, first_day
-- index student_id, last_day
-- index last_day
-- Runs of days in a row that a habit was logged as done, or as not done.
SELECT d.habit_id, min(d.logged_on) AS first_day, max(d.logged_on) AS last_day, d.student_id, d.done
FROM (SELECT l.habit_id, l.logged_on, l.student_id, l.done,
             l.logged_on::date - (row_number() OVER (
                 PARTITION BY l.habit_id, l.student_id, l.done ORDER BY l.logged_on))::integer AS run
      FROM habit_log l) AS d
GROUP BY d.habit_id, d.student_id, d.done, d.run;
