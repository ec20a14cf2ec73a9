-- rows student_id
-- index time_zone
-- index sorted_as, student_id
-- Who is registered. A time zone that is not said, or is no name of one, counts as UTC.
SELECT s.student_id, s.name, left(s.name, 200) AS sorted_as, s.cohort, s.track_id, s.mentor_id,
       s.consents,
       CASE WHEN length(s.time_zone) BETWEEN 1 AND 64 THEN left(s.time_zone, 64)
            ELSE 'UTC' END AS time_zone
FROM student s
WHERE NOT s.deactivated;
