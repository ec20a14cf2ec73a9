-- totals time_zone
-- In which time zones students live.
SELECT s.time_zone, count(*) AS students
FROM students s
GROUP BY s.time_zone;
