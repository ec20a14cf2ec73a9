-- teacher_stats --
-- Whether the reader sees a row, by its key: row-level security says so. As below.
SELECT true AS shown FROM teacher_stats x WHERE x.teacher_id = %(key_1)s::text

-- teacher_classes --
SELECT true AS shown FROM teacher_classes x WHERE x.class_id = %(key_1)s::text

-- teacher_assignments --
SELECT true AS shown FROM teacher_assignments x WHERE x.assignment_id = %(key_1)s::text

-- teacher_assignment_grades --
SELECT true AS shown FROM teacher_assignment_grades x
WHERE x.assignment_id = %(key_1)s::text AND x.teacher_id = %(key_2)s::text

-- teacher_exams --
SELECT true AS shown FROM teacher_exams x
WHERE x.exam_id = %(key_1)s::text AND x.teacher_id = %(key_2)s::text

-- teacher_question_banks --
SELECT true AS shown FROM teacher_question_banks x WHERE x.question_bank_id = %(key_1)s::text

-- teacher_sessions --
SELECT true AS shown FROM teacher_sessions x WHERE x.session_id = %(key_1)s::text

-- teacher_payments --
SELECT true AS shown FROM teacher_payments x WHERE x.payment_id = %(key_1)s::text

-- school_classes --
SELECT true AS shown FROM school_classes x WHERE x.class_id = %(key_1)s::text

-- school_class_students --
SELECT true AS shown FROM school_class_students x
WHERE x.class_id = %(key_1)s::text AND x.student_id = %(key_2)s::text

-- school_student_progress --
SELECT true AS shown FROM school_student_progress x
WHERE x.student_id = %(key_1)s::text AND x.school_id = %(key_2)s::text
  AND x.teacher_id = %(key_3)s::text

-- school_assessment_means --
SELECT true AS shown FROM school_assessment_means x
WHERE x.student_id = %(key_1)s::text AND x.school_id = %(key_2)s::text
  AND x.teacher_id = %(key_3)s::text

-- school_assessments --
SELECT true AS shown FROM school_assessments x WHERE x.assessment_id = %(key_1)s::text

-- notifications --
SELECT true AS shown FROM notifications x WHERE x.notification_id = %(key_1)s::text

-- resources --
SELECT true AS shown FROM resources x WHERE x.resource_id = %(key_1)s::text

-- classes --
SELECT true AS shown FROM classes x WHERE x.class_id = %(key_1)s::text

-- marks --
SELECT true AS shown FROM marks x WHERE x.mark_id = %(key_1)s::text

-- class_assignments --
SELECT true AS shown FROM class_assignments x WHERE x.assignment_id = %(key_1)s::text

-- subject_assignments --
SELECT true AS shown FROM subject_assignments x WHERE x.assignment_id = %(key_1)s::text

-- student_classes --
SELECT true AS shown FROM student_classes x
WHERE x.class_id = %(key_1)s::text AND x.student_id = %(key_2)s::text

-- student_overview --
SELECT true AS shown FROM student_overview x WHERE x.student_id = %(key_1)s::text

-- student_missions --
SELECT true AS shown FROM student_missions x
WHERE x.mission_id = %(key_1)s::text AND x.student_id = %(key_2)s::text

-- student_modules --
SELECT true AS shown FROM student_modules x
WHERE x.module_id = %(key_1)s::text AND x.student_id = %(key_2)s::text

-- student_goals --
SELECT true AS shown FROM student_goals x WHERE x.goal_id = %(key_1)s::text

-- student_readiness_scores --
SELECT true AS shown FROM student_readiness_scores x
WHERE x.student_id = %(key_1)s::text AND x.scored_on = %(key_2)s::text

-- habit_runs --
SELECT true AS shown FROM habit_runs x
WHERE x.habit_id = %(key_1)s::text AND x.first_day = %(key_2)s::text
