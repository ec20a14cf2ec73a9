-- teacher_stats --
-- Whether an endpoint shows the reader a row, by its key, and of which school it is: row-level security
-- says whose rows there are, and the endpoint's own condition stands here where it asks for more. As
-- below.
SELECT NULL::text AS school_id FROM teacher_stats x WHERE x.teacher_id = %(key_1)s::text

-- teacher_classes --
SELECT NULL::text AS school_id FROM teacher_classes x WHERE x.class_id = %(key_1)s::text

-- teacher_assignments --
SELECT NULL::text AS school_id FROM teacher_assignments x WHERE x.assignment_id = %(key_1)s::text

-- teacher_assignment_grades --
SELECT NULL::text AS school_id FROM teacher_assignment_grades x
WHERE x.assignment_id = %(key_1)s::text AND x.teacher_id = %(key_2)s::text

-- teacher_exams --
SELECT NULL::text AS school_id FROM teacher_exams x
WHERE x.exam_id = %(key_1)s::text AND x.teacher_id = %(key_2)s::text

-- teacher_question_banks --
SELECT NULL::text AS school_id FROM teacher_question_banks x WHERE x.question_bank_id = %(key_1)s::text

-- teacher_sessions --
SELECT x.school_id::text AS school_id FROM teacher_sessions x
WHERE x.session_id = %(key_1)s::text
  AND x.teacher_id = me.teacher_id AND {teaches_there}

-- teacher_payments --
SELECT x.school_id::text AS school_id FROM teacher_payments x
WHERE x.payment_id = %(key_1)s::text
  AND x.teacher_id = me.teacher_id AND {teaches_there}

-- school_classes --
SELECT x.school_id::text AS school_id FROM school_classes x
WHERE x.class_id = %(key_1)s::text
  AND {teaches_there}
  AND EXISTS (SELECT FROM school_class_teachers t
              WHERE t.class_id = x.class_id AND t.school_id = x.school_id
                AND t.teacher_id = me.teacher_id)

-- school_class_students --
SELECT x.school_id::text AS school_id FROM school_class_students x
WHERE x.class_id = %(key_1)s::text AND x.student_id = %(key_2)s::text
  AND {teaches_there}
  AND EXISTS (SELECT FROM school_class_teachers t
              WHERE t.class_id = x.class_id AND t.school_id = x.school_id
                AND t.teacher_id = me.teacher_id)

-- school_student_progress --
SELECT x.school_id::text AS school_id FROM school_student_progress x
WHERE x.student_id = %(key_1)s::text AND x.school_id = %(key_2)s::text AND x.teacher_id = %(key_3)s::text
  AND x.teacher_id = me.teacher_id AND {teaches_there}
  AND {student_meant}

-- school_assessment_means --
SELECT x.school_id::text AS school_id FROM school_assessment_means x
WHERE x.student_id = %(key_1)s::text AND x.school_id = %(key_2)s::text AND x.teacher_id = %(key_3)s::text
  AND x.teacher_id = me.teacher_id AND {teaches_there}
  AND {student_meant}

-- school_assessments --
SELECT x.school_id::text AS school_id FROM school_assessments x
WHERE x.assessment_id = %(key_1)s::text
  AND x.teacher_id = me.teacher_id AND {teaches_there}
  AND {student_meant}

-- notifications --
SELECT NULL::text AS school_id FROM notifications x WHERE x.notification_id = %(key_1)s::text

-- resources --
SELECT x.school_id::text AS school_id FROM resources x
WHERE x.resource_id = %(key_1)s::text
  AND x.teacher_id = me.teacher_id AND {teaches_there}

-- classes --
SELECT NULL::text AS school_id FROM classes c WHERE c.class_id = %(key_1)s::text AND {class_seen}

-- marks --
SELECT NULL::text AS school_id FROM marks m WHERE m.mark_id = %(key_1)s::text AND {mark_seen}

-- class_assignments --
SELECT NULL::text AS school_id FROM class_assignments x WHERE x.assignment_id = %(key_1)s::text

-- subject_assignments --
SELECT NULL::text AS school_id FROM subject_assignments x WHERE x.assignment_id = %(key_1)s::text

-- student_classes --
SELECT NULL::text AS school_id FROM student_classes x
WHERE x.class_id = %(key_1)s::text AND x.student_id = %(key_2)s::text

-- student_overview --
SELECT NULL::text AS school_id FROM student_overview x WHERE x.student_id = %(key_1)s::text

-- student_missions --
SELECT NULL::text AS school_id FROM student_missions x
WHERE x.mission_id = %(key_1)s::text AND x.student_id = %(key_2)s::text

-- student_modules --
SELECT NULL::text AS school_id FROM student_modules x
WHERE x.module_id = %(key_1)s::text AND x.student_id = %(key_2)s::text

-- student_goals --
SELECT NULL::text AS school_id FROM student_goals x WHERE x.goal_id = %(key_1)s::text

-- student_readiness_scores --
SELECT NULL::text AS school_id FROM student_readiness_scores x
WHERE x.student_id = %(key_1)s::text AND x.scored_on = %(key_2)s::text

-- habit_runs --
SELECT NULL::text AS school_id FROM habit_runs x
WHERE x.habit_id = %(key_1)s::text AND x.first_day = %(key_2)s::text

-- mark_seen --
-- Part of the above and of numbers: whether a list of assessments shows the mark `m`, or a report does:
-- that of its class to whoever sees the student in it, that of the student in all classes seen.
(EXISTS (SELECT FROM classes c WHERE c.class_id = m.class_id AND {class_seen})
 AND ({subject_seen}
      OR EXISTS (SELECT FROM students s WHERE s.student_id = m.student_id AND {student_seen})))

-- student_meant --
-- Part of the above: whether the student of `x` counts in a class that the teacher has at the school.
EXISTS (SELECT FROM school_class_teachers t
        JOIN school_enrollments e ON e.class_id = t.class_id AND e.school_id = t.school_id
        WHERE t.teacher_id = me.teacher_id AND t.school_id = x.school_id
          AND e.student_id = x.student_id)
