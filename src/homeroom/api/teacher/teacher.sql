-- about --
-- Who the teacher is: no row where nobody is registered under the id, or no longer.
SELECT (t.organization_id IS NULL)::boolean AS standalone, t.time_zone::text AS time_zone
FROM teachers t
WHERE t.teacher_id = me.teacher_id

-- stats --
-- What a teacher has, in numbers; zeros for one who has nothing. Upcoming is judged now.
SELECT coalesce(s.classes, 0)::bigint AS total_classes,
       coalesce(s.students, 0)::bigint AS total_students,
       coalesce(s.assignments, 0)::bigint AS total_assignments,
       coalesce(s.exams, 0)::bigint AS total_exams,
       (SELECT count(*) FROM teacher_exams e
        WHERE e.teacher_id = me.teacher_id AND e.status = 'scheduled'
          AND e.sorted_at >= now())::bigint AS upcoming_exams,
       coalesce(s.question_banks, 0)::bigint AS total_question_banks,
       coalesce(s.questions, 0)::bigint AS total_questions
FROM (SELECT) AS always
LEFT JOIN teacher_stats s ON s.teacher_id = me.teacher_id

-- navigation_counts --
-- The numbers beside the entries of the menu. Upcoming is judged now.
SELECT coalesce(s.classes, 0)::bigint AS classes,
       coalesce(s.students, 0)::bigint AS students,
       coalesce(s.assignments, 0)::bigint AS assignments,
       (SELECT count(*) FROM teacher_exams e
        WHERE e.teacher_id = me.teacher_id AND e.status = 'scheduled'
          AND e.sorted_at >= now())::bigint AS schedule,
       coalesce(s.exams, 0)::bigint AS exams,
       coalesce(s.question_banks, 0)::bigint AS question_bank,
       coalesce(s.grades, 0)::bigint AS grades,
       coalesce(s.quizzes, 0)::bigint AS quizzes,
       coalesce(s.reports, 0)::bigint AS reports
FROM (SELECT) AS always
LEFT JOIN teacher_stats s ON s.teacher_id = me.teacher_id

-- recent_exams --
-- The newest date first, those without a date last. The start is told as a time of day in the
-- teacher's time zone (`with_start_times`).
SELECT e.exam_id::text AS id, e.title::text AS title, e.subject::text AS subject,
       e.class_name::text AS class_, e.scheduled_at::timestamptz AS scheduled_date,
       e.scheduled_at::timestamptz AS start_time,
       e.status::text AS status, e.total_questions::integer AS total_questions,
       e.total_marks::numeric AS total_marks
FROM teacher_exams e
WHERE e.teacher_id = me.teacher_id
  AND (%(status)s::text IS NULL OR e.status = %(status)s::text)
ORDER BY e.sorted_at DESC, e.exam_id
LIMIT %(limit)s::bigint

-- recent_question_banks --
-- The newest first.
SELECT b.question_bank_id::text AS id, b.name::text AS name, b.subject::text AS subject,
       b.class_label::text AS class_, b.total_questions::bigint AS total_questions,
       b.status::text AS status, b.created_at::timestamptz AS created_at
FROM teacher_question_banks b
WHERE b.teacher_id = me.teacher_id
ORDER BY b.created_at DESC, b.question_bank_id
LIMIT %(limit)s::bigint

-- recent_classes --
-- The newest first.
SELECT c.class_id::text AS id, c.name::text AS class_name, c.code::text AS class_code,
       c.subject::text AS subject, c.total_students::bigint AS total_students,
       c.created_at::timestamptz AS created_at
FROM teacher_classes c
WHERE c.teacher_id = me.teacher_id
ORDER BY c.created_at DESC, c.class_id
LIMIT %(limit)s::bigint

-- recent_assignments --
-- The newest first.
SELECT a.assignment_id::text AS id, a.title::text AS title, a.subject::text AS subject,
       a.class_name::text AS class_, a.due_at::timestamptz AS due_date,
       a.status::text AS status, a.total_submissions::bigint AS total_submissions,
       a.total_students::bigint AS total_students, a.created_at::timestamptz AS created_at
FROM teacher_assignments a
WHERE a.teacher_id = me.teacher_id
  AND (%(status)s::text IS NULL OR a.status = %(status)s::text)
ORDER BY a.created_at DESC, a.assignment_id
LIMIT %(limit)s::bigint
