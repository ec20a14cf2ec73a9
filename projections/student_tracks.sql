-- totals student_id, track_id
-- What a student's progress in a track's modules adds up to.
SELECT m.student_id, m.track_id, sum(m.percent) AS percent
FROM student_modules m
WHERE m.track_id IS NOT NULL
GROUP BY m.student_id, m.track_id;
