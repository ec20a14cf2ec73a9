-- totals time_zone
-- In which time zones students live.
SELECT s.time_zone, count(*) AS students
FROM students s
WHERE s.time_zone IS NOT NULL
GROUP BY s.time_zone;
