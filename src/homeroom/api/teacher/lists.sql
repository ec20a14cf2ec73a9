-- total --
-- Who and where the teacher is, and how many rows of a list match. Without a filter all do, and these
-- are counted already (`{counted}`).
SELECT (t.organization_id IS NULL)::boolean AS standalone, t.time_zone::text AS time_zone,
       (CASE WHEN %(filtered)s::boolean THEN (SELECT count(*) FROM ({matching}) AS m)
             ELSE coalesce((SELECT s.{counted} FROM teacher_stats s
                            WHERE s.teacher_id = me.teacher_id), 0) END)::bigint AS total
FROM teachers t
WHERE t.teacher_id = me.teacher_id

-- total_of_some --
-- The same of a list that is never all of something: no number of its rows is kept.
SELECT (t.organization_id IS NULL)::boolean AS standalone, t.time_zone::text AS time_zone,
       (SELECT count(*) FROM ({matching}) AS m)::bigint AS total
FROM teachers t
WHERE t.teacher_id = me.teacher_id

-- page_by_time --
-- A page of a list that is sorted by `at`, the newest first, and by id.
-- The two ranges are those behind a cursor: of the same time, and older. Each is one range of the
-- index, so that no page reads those before it.
SELECT {columns}
FROM (VALUES (%(at)s::timestamptz, %(at)s::timestamptz, %(id)s::text),
             ('-infinity'::timestamptz,
              nullif(%(at)s::timestamptz, '-infinity') - interval '1 microsecond', ''))
     AS part (oldest, newest, behind)
CROSS JOIN LATERAL (
      SELECT * FROM ({matching}) AS m
      WHERE m.at >= part.oldest AND m.at <= part.newest AND m.id > part.behind
      ORDER BY m.at DESC, m.id
      LIMIT %(limit)s::bigint) AS l
ORDER BY l.at DESC, l.id
LIMIT %(limit)s::bigint

-- page_by_name --
-- A page of a list of students: by name, those without one last, with the classes they share with
-- the teacher.
SELECT l.id, l.name,
       (SELECT json_agg(json_build_object('_id', c.class_id, 'className', c.name)
                        ORDER BY c.name, c.class_id)
        FROM student_classes s
        JOIN teacher_classes c ON c.class_id = s.class_id
        WHERE s.student_id = l.id AND s.teacher_id = me.teacher_id) AS classes
FROM (SELECT * FROM ({matching}) AS m
      WHERE (m.nameless, m.sorted_as, m.id)
            > (%(nameless)s::boolean, %(name)s::text, %(id)s::text)
      ORDER BY m.nameless, m.sorted_as, m.id
      LIMIT %(limit)s::bigint) AS l
ORDER BY l.nameless, l.sorted_as, l.id

-- matching --
-- The rows of a list that are like the pattern, whatever the case. All of the teacher's rows are
-- looked at (docs/decisions/0007); the subquery folds the pattern once for all of them. With OR the
-- planner would expect hardly any row, and sort all of them for a page without a search.
SELECT * FROM ({listed}) AS e
WHERE CASE WHEN %(q)s::text IS NULL THEN true
           ELSE casefold(e.searched COLLATE pg_unicode_fast)
                LIKE (SELECT casefold(%(q)s::text COLLATE pg_unicode_fast)) END

-- exams --
-- An exam without a date is sorted as the oldest. Those to come are a range of the index, for which
-- its bound must be no condition among others (OR).
SELECT e.exam_id::text AS id, e.title::text AS title, e.subject::text AS subject,
       e.class_name::text AS class_, e.scheduled_at::timestamptz AS scheduled_date,
       e.scheduled_at::timestamptz AS start_time, e.status::text AS status,
       e.total_questions::integer AS total_questions, e.total_marks::numeric AS total_marks,
       e.sorted_at AS at, e.title AS searched
FROM teacher_exams e
WHERE e.teacher_id = me.teacher_id
  AND (%(status)s::text IS NULL OR e.status = %(status)s::text)
  AND (%(class_id)s::text IS NULL OR e.class_id = %(class_id)s::text)
  AND (%(kind)s::text IS NULL OR e.kind = %(kind)s::text)
  AND (NOT %(upcoming)s::boolean OR e.status = 'scheduled')
  AND e.sorted_at >= CASE WHEN %(upcoming)s::boolean THEN now() ELSE '-infinity' END
  AND (NOT %(has_results)s::boolean OR (e.status = 'completed' AND e.results > 0))

-- question_banks --
SELECT b.question_bank_id::text AS id, b.name::text AS name, b.subject::text AS subject,
       b.class_label::text AS class_, b.total_questions::bigint AS total_questions,
       b.status::text AS status, b.created_at::timestamptz AS created_at,
       b.created_at AS at, b.name AS searched
FROM teacher_question_banks b
WHERE b.teacher_id = me.teacher_id
  AND (%(status)s::text IS NULL OR b.status = %(status)s::text)

-- classes --
-- Archived ones too.
SELECT c.class_id::text AS id, c.name::text AS class_name, c.code::text AS class_code,
       c.subject::text AS subject, c.total_students::bigint AS total_students,
       c.created_at::timestamptz AS created_at, c.created_at AS at, c.name AS searched
FROM teacher_classes c
WHERE c.teacher_id = me.teacher_id

-- assignments --
SELECT a.assignment_id::text AS id, a.title::text AS title, a.subject::text AS subject,
       a.class_name::text AS class_, a.due_at::timestamptz AS due_date, a.status::text AS status,
       a.total_submissions::bigint AS total_submissions, a.total_students::bigint AS total_students,
       a.created_at::timestamptz AS created_at, a.created_at AS at, a.title AS searched
FROM teacher_assignments a
WHERE a.teacher_id = me.teacher_id
  AND (%(status)s::text IS NULL OR a.status = %(status)s::text)
  AND (%(class_id)s::text IS NULL OR a.class_id = %(class_id)s::text)

-- graded_assignments --
-- The assignments of which the teacher graded something, whoever made them. Each is looked up by its
-- key (OFFSET 0): a plan for any parameters would read the whole table.
SELECT g.assignment_id::text AS id, a.title::text AS title, a.subject::text AS subject,
       a.class_name::text AS class_, a.due_at::timestamptz AS due_date, a.status::text AS status,
       a.total_submissions::bigint AS total_submissions, a.total_students::bigint AS total_students,
       g.created_at::timestamptz AS created_at, g.grades::bigint AS grades,
       g.created_at AS at, a.title AS searched
FROM teacher_assignment_grades g
CROSS JOIN LATERAL (
      SELECT x.title, x.subject, x.class_name, x.class_id, x.due_at, x.status,
             x.total_submissions, x.total_students
      FROM teacher_assignments x
      WHERE x.assignment_id = g.assignment_id
      OFFSET 0) AS a
WHERE g.teacher_id = me.teacher_id
  AND (%(status)s::text IS NULL OR a.status = %(status)s::text)
  AND (%(class_id)s::text IS NULL OR a.class_id = %(class_id)s::text)

-- students --
-- Names are sorted as far as the index goes.
SELECT n.student_id::text AS id, n.name::text AS name, (n.name IS NULL) AS nameless,
       n.sorted_as, n.name AS searched
FROM teacher_student_names n
WHERE n.teacher_id = me.teacher_id

-- students_of_class --
-- All of the class are sorted. They are found by the class, and their names by their keys
-- (OFFSET 0): row-level security says once more whose rows they are, and a plan that takes this for
-- another condition expects few rows and reads all that the teacher has, for each student.
SELECT n.student_id::text AS id, n.name::text AS name, (n.name IS NULL) AS nameless,
       n.sorted_as, n.name AS searched
FROM (SELECT x.student_id, x.teacher_id FROM student_classes x
      WHERE x.class_id = %(class_id)s::text
      OFFSET 0) AS k
CROSS JOIN LATERAL (
      SELECT x.teacher_id, x.student_id, x.name, x.sorted_as FROM teacher_student_names x
      WHERE x.student_id = k.student_id
      OFFSET 0) AS n
WHERE k.teacher_id = me.teacher_id AND n.teacher_id = me.teacher_id

-- students_rest --
-- What the lists of students rest on, for what is missing of it: it is never run. Followed from
-- `teacher_student_names` alone, each class of each student would count, whoever teaches it.
SELECT n.name, s.classes, c.name, t.organization_id
FROM teachers t
JOIN teacher_students s ON s.teacher_id = t.teacher_id
JOIN students n ON n.student_id = s.student_id
JOIN teacher_classes c ON c.teacher_id = t.teacher_id
WHERE t.teacher_id = me.teacher_id AND s.teacher_id = me.teacher_id AND c.teacher_id = me.teacher_id
