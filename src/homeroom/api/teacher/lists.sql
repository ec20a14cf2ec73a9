-- exams_found --
-- Who and where the teacher is, and how many exams match: all of them are counted already.
SELECT (t.organization_id IS NULL)::boolean AS standalone, t.time_zone::text AS time_zone,
       (CASE WHEN %(filtered)s::boolean
             THEN (SELECT count(*) FROM teacher_exams e
                   WHERE e.teacher_id = me.teacher_id
                  AND (%(status)s::text IS NULL OR e.status = %(status)s::text)
                  AND (%(class_id)s::text IS NULL OR e.class_id = %(class_id)s::text)
                  AND (%(kind)s::text IS NULL OR e.kind = %(kind)s::text)
                  AND (NOT %(upcoming)s::boolean
             OR (e.status = 'scheduled' AND coalesce(e.scheduled_at, '-infinity') >= now()))
                  AND (NOT %(has_results)s::boolean OR (e.status = 'completed' AND e.results > 0))
                  AND (%(q)s::text IS NULL OR strpos(casefold(e.title COLLATE pg_unicode_fast),
                                   casefold(%(q)s::text COLLATE pg_unicode_fast)) > 0))
             ELSE coalesce((SELECT s.exams FROM teacher_stats s
                            WHERE s.teacher_id = me.teacher_id), 0) END)::bigint AS total
FROM teachers t
WHERE t.teacher_id = me.teacher_id

-- exams --
-- The newest date first, those without a date last.
-- The two ranges are those behind a cursor: of the same time, and older. Each is one range of the
-- index, so that no page reads those before it.
SELECT l.id, l.title, l.subject, l.class_, l.scheduled_date, l.start_time, l.status,
       l.total_questions, l.total_marks
FROM (VALUES (%(at)s::timestamptz, %(at)s::timestamptz, %(id)s::text),
             ('-infinity'::timestamptz,
              nullif(%(at)s::timestamptz, '-infinity') - interval '1 microsecond', ''))
     AS part (oldest, newest, behind)
CROSS JOIN LATERAL (
      SELECT e.exam_id::text AS id,
             e.title::text AS title,
             e.subject::text AS subject,
             e.class_name::text AS class_,
             e.scheduled_at::timestamptz AS scheduled_date,
             e.scheduled_at::timestamptz AS start_time,
             e.status::text AS status,
             e.total_questions::integer AS total_questions,
             e.total_marks::numeric AS total_marks
      FROM teacher_exams e
      WHERE e.teacher_id = me.teacher_id
        AND coalesce(e.scheduled_at, '-infinity') >= part.oldest
        AND coalesce(e.scheduled_at, '-infinity') <= part.newest
        AND e.exam_id > part.behind
        AND (%(status)s::text IS NULL OR e.status = %(status)s::text)
        AND (%(class_id)s::text IS NULL OR e.class_id = %(class_id)s::text)
        AND (%(kind)s::text IS NULL OR e.kind = %(kind)s::text)
        AND (NOT %(upcoming)s::boolean
             OR (e.status = 'scheduled' AND coalesce(e.scheduled_at, '-infinity') >= now()))
        AND (NOT %(has_results)s::boolean OR (e.status = 'completed' AND e.results > 0))
        AND (%(q)s::text IS NULL OR strpos(casefold(e.title COLLATE pg_unicode_fast),
                                   casefold(%(q)s::text COLLATE pg_unicode_fast)) > 0)
      ORDER BY coalesce(e.scheduled_at, '-infinity') DESC, e.exam_id
      LIMIT %(limit)s::bigint) AS l
ORDER BY coalesce(l.scheduled_date, '-infinity') DESC, l.id
LIMIT %(limit)s::bigint

-- question_banks_found --
-- Who the teacher is, and how many question banks match: all of them are counted already.
SELECT (t.organization_id IS NULL)::boolean AS standalone,
       (CASE WHEN %(filtered)s::boolean
             THEN (SELECT count(*) FROM teacher_question_banks b
                   WHERE b.teacher_id = me.teacher_id
                  AND (%(status)s::text IS NULL OR b.status = %(status)s::text)
                  AND (%(q)s::text IS NULL OR strpos(casefold(b.name COLLATE pg_unicode_fast),
                                   casefold(%(q)s::text COLLATE pg_unicode_fast)) > 0))
             ELSE coalesce((SELECT s.question_banks FROM teacher_stats s
                            WHERE s.teacher_id = me.teacher_id), 0) END)::bigint AS total
FROM teachers t
WHERE t.teacher_id = me.teacher_id

-- question_banks --
-- The newest first.
SELECT l.id, l.name, l.subject, l.class_, l.total_questions, l.status, l.created_at
FROM (VALUES (%(at)s::timestamptz, %(at)s::timestamptz, %(id)s::text),
             ('-infinity'::timestamptz,
              nullif(%(at)s::timestamptz, '-infinity') - interval '1 microsecond', ''))
     AS part (oldest, newest, behind)
CROSS JOIN LATERAL (
      SELECT b.question_bank_id::text AS id,
             b.name::text AS name,
             b.subject::text AS subject,
             b.class_label::text AS class_,
             b.total_questions::bigint AS total_questions,
             b.status::text AS status,
             b.created_at::timestamptz AS created_at
      FROM teacher_question_banks b
      WHERE b.teacher_id = me.teacher_id
        AND b.created_at >= part.oldest
        AND b.created_at <= part.newest
        AND b.question_bank_id > part.behind
        AND (%(status)s::text IS NULL OR b.status = %(status)s::text)
        AND (%(q)s::text IS NULL OR strpos(casefold(b.name COLLATE pg_unicode_fast),
                                   casefold(%(q)s::text COLLATE pg_unicode_fast)) > 0)
      ORDER BY b.created_at DESC, b.question_bank_id
      LIMIT %(limit)s::bigint) AS l
ORDER BY coalesce(l.created_at, '-infinity') DESC, l.id
LIMIT %(limit)s::bigint

-- classes_found --
-- Who the teacher is, and how many classes match: all of them are counted already.
SELECT (t.organization_id IS NULL)::boolean AS standalone,
       (CASE WHEN %(filtered)s::boolean
             THEN (SELECT count(*) FROM teacher_classes c
                   WHERE c.teacher_id = me.teacher_id
                  AND (%(q)s::text IS NULL OR strpos(casefold(c.name COLLATE pg_unicode_fast),
                                   casefold(%(q)s::text COLLATE pg_unicode_fast)) > 0))
             ELSE coalesce((SELECT s.classes FROM teacher_stats s
                            WHERE s.teacher_id = me.teacher_id), 0) END)::bigint AS total
FROM teachers t
WHERE t.teacher_id = me.teacher_id

-- classes --
-- The newest first; archived ones too.
SELECT l.id, l.class_name, l.class_code, l.subject, l.total_students, l.created_at
FROM (VALUES (%(at)s::timestamptz, %(at)s::timestamptz, %(id)s::text),
             ('-infinity'::timestamptz,
              nullif(%(at)s::timestamptz, '-infinity') - interval '1 microsecond', ''))
     AS part (oldest, newest, behind)
CROSS JOIN LATERAL (
      SELECT c.class_id::text AS id,
             c.name::text AS class_name,
             c.code::text AS class_code,
             c.subject::text AS subject,
             c.total_students::bigint AS total_students,
             c.created_at::timestamptz AS created_at
      FROM teacher_classes c
      WHERE c.teacher_id = me.teacher_id
        AND c.created_at >= part.oldest
        AND c.created_at <= part.newest
        AND c.class_id > part.behind
        AND (%(q)s::text IS NULL OR strpos(casefold(c.name COLLATE pg_unicode_fast),
                                   casefold(%(q)s::text COLLATE pg_unicode_fast)) > 0)
      ORDER BY c.created_at DESC, c.class_id
      LIMIT %(limit)s::bigint) AS l
ORDER BY coalesce(l.created_at, '-infinity') DESC, l.id
LIMIT %(limit)s::bigint

-- assignments_found --
-- Who the teacher is, and how many assignments match: all of them are counted already.
SELECT (t.organization_id IS NULL)::boolean AS standalone,
       (CASE WHEN %(filtered)s::boolean
             THEN (SELECT count(*) FROM teacher_assignments a
                   WHERE a.teacher_id = me.teacher_id
                  AND (%(status)s::text IS NULL OR a.status = %(status)s::text)
                  AND (%(class_id)s::text IS NULL OR a.class_id = %(class_id)s::text)
                  AND (%(q)s::text IS NULL OR strpos(casefold(a.title COLLATE pg_unicode_fast),
                                   casefold(%(q)s::text COLLATE pg_unicode_fast)) > 0))
             ELSE coalesce((SELECT s.assignments FROM teacher_stats s
                            WHERE s.teacher_id = me.teacher_id), 0) END)::bigint AS total
FROM teachers t
WHERE t.teacher_id = me.teacher_id

-- assignments --
-- The newest first.
SELECT l.id, l.title, l.subject, l.class_, l.due_date, l.status, l.total_submissions,
       l.total_students, l.created_at
FROM (VALUES (%(at)s::timestamptz, %(at)s::timestamptz, %(id)s::text),
             ('-infinity'::timestamptz,
              nullif(%(at)s::timestamptz, '-infinity') - interval '1 microsecond', ''))
     AS part (oldest, newest, behind)
CROSS JOIN LATERAL (
      SELECT a.assignment_id::text AS id,
             a.title::text AS title,
             a.subject::text AS subject,
             a.class_name::text AS class_,
             a.due_at::timestamptz AS due_date,
             a.status::text AS status,
             a.total_submissions::bigint AS total_submissions,
             a.total_students::bigint AS total_students,
             a.created_at::timestamptz AS created_at
      FROM teacher_assignments a
      WHERE a.teacher_id = me.teacher_id
        AND a.created_at >= part.oldest
        AND a.created_at <= part.newest
        AND a.assignment_id > part.behind
        AND (%(status)s::text IS NULL OR a.status = %(status)s::text)
        AND (%(class_id)s::text IS NULL OR a.class_id = %(class_id)s::text)
        AND (%(q)s::text IS NULL OR strpos(casefold(a.title COLLATE pg_unicode_fast),
                                   casefold(%(q)s::text COLLATE pg_unicode_fast)) > 0)
      ORDER BY a.created_at DESC, a.assignment_id
      LIMIT %(limit)s::bigint) AS l
ORDER BY coalesce(l.created_at, '-infinity') DESC, l.id
LIMIT %(limit)s::bigint

-- graded_found --
-- Who the teacher is, and of how many assignments the teacher graded something, whoever made them.
SELECT (t.organization_id IS NULL)::boolean AS standalone,
       (SELECT count(*)
        FROM teacher_assignment_grades g
        CROSS JOIN LATERAL (SELECT x.title, x.class_id, x.status FROM teacher_assignments x
                            WHERE x.assignment_id = g.assignment_id OFFSET 0) AS a
        WHERE g.teacher_id = me.teacher_id
            AND (%(status)s::text IS NULL OR a.status = %(status)s::text)
            AND (%(class_id)s::text IS NULL OR a.class_id = %(class_id)s::text)
            AND (%(q)s::text IS NULL OR strpos(casefold(a.title COLLATE pg_unicode_fast),
                               casefold(%(q)s::text COLLATE pg_unicode_fast)) > 0))::bigint AS total
FROM teachers t
WHERE t.teacher_id = me.teacher_id

-- graded --
-- The assignments of which the teacher graded something, the newest first. All that the teacher
-- graded are sorted, so a page costs as many as these are.
SELECT a.assignment_id::text AS id, a.title::text AS title, a.subject::text AS subject,
       a.class_name::text AS class_, a.due_at::timestamptz AS due_date, a.status::text AS status,
       a.total_submissions::bigint AS total_submissions, a.total_students::bigint AS
       total_students, a.created_at::timestamptz AS created_at, g.grades::bigint AS grades
FROM teacher_assignment_grades g
CROSS JOIN LATERAL (
      SELECT x.assignment_id, x.title, x.subject, x.class_name, x.class_id, x.due_at, x.status,
             x.total_submissions, x.total_students, x.created_at
      FROM teacher_assignments x
      WHERE x.assignment_id = g.assignment_id
      OFFSET 0) AS a
WHERE g.teacher_id = me.teacher_id
  AND (a.created_at < %(at)s::timestamptz
       OR (a.created_at = %(at)s::timestamptz AND a.assignment_id > %(id)s::text))
  AND (%(status)s::text IS NULL OR a.status = %(status)s::text)
  AND (%(class_id)s::text IS NULL OR a.class_id = %(class_id)s::text)
  AND (%(q)s::text IS NULL OR strpos(casefold(a.title COLLATE pg_unicode_fast),
                     casefold(%(q)s::text COLLATE pg_unicode_fast)) > 0)
ORDER BY a.created_at DESC, a.assignment_id
LIMIT %(limit)s::bigint

-- students_found --
-- Who the teacher is, and how many students match.
SELECT (t.organization_id IS NULL)::boolean AS standalone,
       (CASE WHEN %(filtered)s::boolean
             THEN (SELECT count(*) FROM teacher_student_names n
                   WHERE n.teacher_id = me.teacher_id
                     AND (%(q)s::text IS NULL OR strpos(casefold(n.name COLLATE pg_unicode_fast),
                                   casefold(%(q)s::text COLLATE pg_unicode_fast)) > 0))
             ELSE coalesce((SELECT s.students FROM teacher_stats s
                            WHERE s.teacher_id = me.teacher_id), 0) END)::bigint AS total
FROM teachers t
WHERE t.teacher_id = me.teacher_id

-- students --
-- Students: by name, those without one last, with the classes they share with the teacher.
SELECT l.id, l.name,
       (SELECT json_agg(json_build_object('_id', c.class_id, 'className', c.name)
                        ORDER BY c.name, c.class_id)
        FROM student_classes s
        JOIN teacher_classes c ON c.class_id = s.class_id
        WHERE s.student_id = l.id AND s.teacher_id = me.teacher_id) AS classes
FROM (SELECT n.student_id::text AS id, n.name::text AS name
      FROM teacher_student_names n
      WHERE n.teacher_id = me.teacher_id
        AND (n.name IS NULL, left(coalesce(n.name, ''), 200), n.student_id)
             > (%(nameless)s::boolean, %(name)s::text, %(id)s::text)
        AND (%(q)s::text IS NULL OR strpos(casefold(n.name COLLATE pg_unicode_fast),
                                   casefold(%(q)s::text COLLATE pg_unicode_fast)) > 0)
      ORDER BY (n.name IS NULL), left(coalesce(n.name, ''), 200), n.student_id
      LIMIT %(limit)s::bigint) AS l
ORDER BY (l.name IS NULL), left(coalesce(l.name, ''), 200), l.id

-- students_of_class_found --
-- Who the teacher is, and how many students match.
SELECT (t.organization_id IS NULL)::boolean AS standalone,
       (SELECT count(*) FROM student_classes k
                   JOIN teacher_student_names n
                     ON n.teacher_id = k.teacher_id AND n.student_id = k.student_id
                   WHERE k.class_id = %(class_id)s::text AND k.teacher_id = me.teacher_id
           AND (%(q)s::text IS NULL OR strpos(casefold(n.name COLLATE pg_unicode_fast),
                         casefold(%(q)s::text COLLATE pg_unicode_fast)) > 0))::bigint AS total
FROM teachers t
WHERE t.teacher_id = me.teacher_id

-- students_of_class --
-- Students: those of one class, in the same order; all of the class are sorted.
SELECT l.id, l.name,
       (SELECT json_agg(json_build_object('_id', c.class_id, 'className', c.name)
                        ORDER BY c.name, c.class_id)
        FROM student_classes s
        JOIN teacher_classes c ON c.class_id = s.class_id
        WHERE s.student_id = l.id AND s.teacher_id = me.teacher_id) AS classes
FROM (SELECT n.student_id::text AS id, n.name::text AS name
      FROM student_classes k
      JOIN teacher_student_names n
        ON n.teacher_id = k.teacher_id AND n.student_id = k.student_id
      WHERE k.class_id = %(class_id)s::text AND k.teacher_id = me.teacher_id
        AND (n.name IS NULL, left(coalesce(n.name, ''), 200), n.student_id)
             > (%(nameless)s::boolean, %(name)s::text, %(id)s::text)
        AND (%(q)s::text IS NULL OR strpos(casefold(n.name COLLATE pg_unicode_fast),
                                   casefold(%(q)s::text COLLATE pg_unicode_fast)) > 0)
      ORDER BY (n.name IS NULL), left(coalesce(n.name, ''), 200), n.student_id
      LIMIT %(limit)s::bigint) AS l
ORDER BY (l.name IS NULL), left(coalesce(l.name, ''), 200), l.id

-- students_rest --
-- What the lists of students rest on, for what is missing of it: it is never run. Followed from
-- `teacher_student_names` alone, each class of each student would count, whoever teaches it.
SELECT n.name, s.classes, c.name, t.organization_id
FROM teachers t
JOIN teacher_students s ON s.teacher_id = t.teacher_id
JOIN students n ON n.student_id = s.student_id
JOIN teacher_classes c ON c.teacher_id = t.teacher_id
WHERE t.teacher_id = me.teacher_id AND s.teacher_id = me.teacher_id AND c.teacher_id = me.teacher_id
