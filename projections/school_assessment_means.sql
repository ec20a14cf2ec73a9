-- refresh student_id, school_id, teacher_id
-- index teacher_id, school_id, student_id
-- The mean of a student's last three assessments at a school by a teacher, in percent of the maximum, and
-- that of up to three before them. Rounded, so that equal means are equal.
SELECT n.student_id, n.school_id, n.teacher_id,
       round(avg(n.percent) FILTER (WHERE n.place <= 3), 9) AS latest,
       round(avg(n.percent) FILTER (WHERE n.place > 3), 9) AS earlier
FROM (SELECT a.student_id, a.school_id, a.teacher_id,
             100 * a.score / nullif(a.max_score, 0) AS percent,
             row_number() OVER (PARTITION BY a.student_id, a.school_id, a.teacher_id
                                ORDER BY a.assessed_at DESC, a.assessment_id) AS place
      FROM school_assessments a
      WHERE a.student_id IS NOT NULL AND a.school_id IS NOT NULL AND a.teacher_id IS NOT NULL) AS n
WHERE n.place <= 6
GROUP BY n.student_id, n.school_id, n.teacher_id;
