-- refresh student_id, school_id, teacher_id
-- index teacher_id, school_id, student_id
-- How far a student is at a school with a teacher: level and completion of the newest progress, and the
-- skills of all classes.
SELECT n.student_id, n.school_id, n.teacher_id, n.level, n.completion,
       (SELECT array_agg(DISTINCT k.skill COLLATE "C" ORDER BY k.skill COLLATE "C")
        FROM progress p
        CROSS JOIN LATERAL unnest(p.skills_mastered) AS k(skill)
        WHERE p.student_id = n.student_id AND p.school_id = n.school_id
          AND p.teacher_id = n.teacher_id) AS skills
FROM (SELECT DISTINCT ON (p.student_id, p.school_id, p.teacher_id)
             p.student_id, p.school_id, p.teacher_id, p.level, p.completion
      FROM progress p
      WHERE p.school_id IS NOT NULL AND p.teacher_id IS NOT NULL
      ORDER BY p.student_id, p.school_id, p.teacher_id, p.updated_at DESC, p.class_id) AS n;
