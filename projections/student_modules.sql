-- rows module_id, student_id
-- index student_id
-- How far students are in published modules, of whichever track.
SELECT p.module_id, p.student_id, m.track_id, p.percent
FROM module_progress p
JOIN track_modules m ON m.module_id = p.module_id;
