-- teacher --
SELECT t.name::text AS name, t.email::text AS email
FROM teachers t
WHERE t.teacher_id = me.teacher_id

-- courses --
-- The classes that the teacher has at the school, by name.
SELECT c.class_id::text AS id, c.name::text AS name, c.subject::text AS subject
FROM school_class_teachers t
JOIN school_classes c ON c.class_id = t.class_id AND c.school_id = t.school_id
WHERE t.teacher_id = me.teacher_id AND t.school_id = %(school_id)s::text
ORDER BY c.sorted_as, c.class_id
LIMIT 50

-- students_meant --
-- Who the teacher's students at the school are, each once: those who count in a class that the teacher
-- has there.
SELECT DISTINCT e.student_id
FROM school_class_teachers t
JOIN school_enrollments e ON e.class_id = t.class_id AND e.school_id = t.school_id
WHERE t.teacher_id = me.teacher_id AND t.school_id = %(school_id)s::text

-- students --
-- A page of them by name, those without one at the end. Each class has its part of the page by its
-- index: whoever is on the page is among the first of a class.
SELECT s.student_id::text AS id, s.name::text AS name, p.level::text AS current_level,
       p.completion::numeric AS completion_percentage,
       (SELECT max(l.starts_at)
        FROM school_enrollments e
        CROSS JOIN LATERAL (
              SELECT x.starts_at
              FROM teacher_sessions x
              WHERE x.teacher_id = me.teacher_id AND x.school_id = %(school_id)s::text
                AND x.class_id = e.class_id AND x.status = 'completed'
              ORDER BY x.starts_at DESC
              LIMIT 1) AS l
        WHERE e.student_id = s.student_id
          AND e.school_id = %(school_id)s::text)::timestamptz AS last_session_at,
       (SELECT json_agg(json_build_object(
                   'id', a.assessment_id, 'title', a.title, 'kind', a.kind, 'score', a.score,
                   'max_score', a.max_score, 'assessed_at', a.assessed_at))
        FROM (SELECT a.assessment_id, a.title, a.kind, a.score, a.max_score, a.assessed_at
              FROM school_assessments a
              WHERE a.teacher_id = me.teacher_id AND a.school_id = %(school_id)s::text
                AND a.student_id = s.student_id
              ORDER BY a.assessed_at DESC, a.assessment_id
              LIMIT 3) AS a) AS recent_assessments,
       p.skills::text[] AS skills_mastered, s.nameless::boolean AS nameless,
       s.sorted_as::text AS sorted_as
FROM (SELECT DISTINCT e.student_id, e.name, e.nameless, e.sorted_as
      FROM school_class_teachers t
      CROSS JOIN LATERAL (
            SELECT e.student_id, e.name, e.nameless, e.sorted_as
            FROM school_enrollments e
            WHERE e.class_id = t.class_id AND e.school_id = t.school_id
              AND (e.nameless, e.sorted_as, e.student_id)
                  > (%(after_nameless)s::boolean, %(after_sorted_as)s::text, %(after_id)s::text)
            ORDER BY e.nameless, e.sorted_as, e.student_id
            LIMIT %(students_limit)s::bigint) AS e
      WHERE t.teacher_id = me.teacher_id AND t.school_id = %(school_id)s::text
      ORDER BY e.nameless, e.sorted_as, e.student_id
      LIMIT %(students_limit)s::bigint) AS s
LEFT JOIN LATERAL (
      SELECT p.level, p.completion, p.skills
      FROM school_student_progress p
      WHERE p.student_id = s.student_id AND p.school_id = %(school_id)s::text
        AND p.teacher_id = me.teacher_id
      LIMIT 1) AS p ON true
ORDER BY s.nameless, s.sorted_as, s.student_id

-- sessions_shown --
-- Sessions `x` with their classes `c`: one of the school, or none.
teacher_sessions x
LEFT JOIN school_classes c ON c.class_id = x.class_id AND c.school_id = x.school_id

-- session_item --
-- How a session is shown. Without a class it has no class name and nobody in it.
x.session_id::text AS id, x.class_id::text AS class_id,
c.name::text AS class_name,
x.title::text AS title, x.starts_at::timestamptz AS starts_at, x.ends_at::timestamptz AS ends_at,
x.status::text AS status,
coalesce(c.students, 0)::bigint AS student_count,
x.attended::bigint AS attended_count, x.notes::text AS notes

-- today --
SELECT {session_item}
FROM {sessions_shown}
WHERE x.teacher_id = me.teacher_id AND x.school_id = %(school_id)s::text
  AND x.starts_at >= %(today_start)s::timestamptz AND x.starts_at < %(today_end)s::timestamptz
ORDER BY x.starts_at, x.session_id
LIMIT 50

-- upcoming --
SELECT {session_item}
FROM {sessions_shown}
WHERE x.teacher_id = me.teacher_id AND x.school_id = %(school_id)s::text AND x.status = 'scheduled'
  AND x.starts_at >= greatest(%(now)s::timestamptz, %(range_start)s::timestamptz)
  AND x.starts_at < %(range_end)s::timestamptz
ORDER BY x.starts_at, x.session_id
LIMIT 50

-- recent_completed --
SELECT {session_item}
FROM {sessions_shown}
WHERE x.teacher_id = me.teacher_id AND x.school_id = %(school_id)s::text AND x.status = 'completed'
  AND x.starts_at >= %(range_start)s::timestamptz AND x.starts_at < %(range_end)s::timestamptz
ORDER BY x.starts_at DESC, x.session_id DESC
LIMIT 50

-- recent_sessions --
SELECT {session_item}
FROM {sessions_shown}
WHERE x.teacher_id = me.teacher_id AND x.school_id = %(school_id)s::text
  AND x.starts_at >= %(range_start)s::timestamptz AND x.starts_at < %(range_end)s::timestamptz
ORDER BY x.starts_at DESC, x.session_id DESC
LIMIT 50

-- session_counts --
-- Of the day, of the week, which the month need not hold whole, and of the range.
SELECT c.sessions_today, c.sessions_this_week,
       round(100.0 * c.completed / nullif(c.completed + c.cancelled, 0), 1)::numeric
           AS completion_rate
FROM (SELECT count(*) FILTER (
                 WHERE x.starts_at >= %(today_start)s::timestamptz
                   AND x.starts_at < %(today_end)s::timestamptz)::bigint AS sessions_today,
             count(*) FILTER (
                 WHERE x.starts_at >= %(week_start)s::timestamptz
                   AND x.starts_at < %(week_end)s::timestamptz)::bigint AS sessions_this_week,
             count(*) FILTER (
                 WHERE x.status = 'completed' AND x.starts_at >= %(range_start)s::timestamptz
                   AND x.starts_at < %(range_end)s::timestamptz)::bigint AS completed,
             count(*) FILTER (
                 WHERE x.status = 'cancelled' AND x.starts_at >= %(range_start)s::timestamptz
                   AND x.starts_at < %(range_end)s::timestamptz)::bigint AS cancelled
      FROM teacher_sessions x
      WHERE x.teacher_id = me.teacher_id AND x.school_id = %(school_id)s::text
        AND x.starts_at >= least(%(range_start)s::timestamptz, %(week_start)s::timestamptz)
        AND x.starts_at < greatest(%(range_end)s::timestamptz, %(week_end)s::timestamptz)) AS c

-- metrics --
SELECT count(*)::bigint AS total_students, round(avg(p.completion), 1)::numeric AS average_progress,
       count(*) FILTER (WHERE n.latest > n.earlier)::bigint AS students_improving,
       count(*) FILTER (WHERE n.latest < 50)::bigint AS students_struggling
FROM ({students_meant}) AS s
LEFT JOIN school_student_progress p ON p.student_id = s.student_id
                                   AND p.school_id = %(school_id)s::text
                                   AND p.teacher_id = me.teacher_id
LEFT JOIN school_assessment_means n ON n.student_id = s.student_id
                                   AND n.school_id = %(school_id)s::text
                                   AND n.teacher_id = me.teacher_id

-- trend --
-- The mean of the assessments of the teacher's students in each week, in percent of the maximum; the
-- weeks begin at these instants, and the last one is where they end.
SELECT width_bucket(a.assessed_at, %(weeks)s::timestamptz[])::bigint AS week,
       round(avg(100 * a.score / a.max_score), 1)::numeric AS average
FROM school_assessments a
WHERE a.teacher_id = me.teacher_id AND a.school_id = %(school_id)s::text
  AND a.assessed_at >= (%(weeks)s::timestamptz[])[1]
  AND a.assessed_at < (%(weeks)s::timestamptz[])[9]
  AND a.student_id IN (SELECT m.student_id FROM ({students_meant}) AS m)
GROUP BY 1

-- earnings --
-- By currency: what was earned in the two months, and what was ever earned and is not paid.
SELECT p.currency::text AS currency,
       coalesce(sum(p.amount) FILTER (
           WHERE p.earned_at >= %(month_start)s::timestamptz
             AND p.earned_at < %(month_end)s::timestamptz), 0.00)::text AS current_month,
       coalesce(sum(p.amount) FILTER (
           WHERE p.earned_at >= %(last_month_start)s::timestamptz
             AND p.earned_at < %(month_start)s::timestamptz), 0.00)::text AS last_month,
       coalesce(sum(p.amount) FILTER (WHERE p.processed_at IS NULL), 0.00)::text AS pending_amount
FROM ((SELECT p.currency, p.amount, p.earned_at, p.processed_at
       FROM teacher_payments p
       WHERE p.teacher_id = me.teacher_id AND p.school_id = %(school_id)s::text
         AND p.earned_at >= %(last_month_start)s::timestamptz
         AND p.earned_at < %(month_end)s::timestamptz)
      UNION ALL
      (SELECT p.currency, p.amount, p.earned_at, p.processed_at
       FROM teacher_payments p
       WHERE p.teacher_id = me.teacher_id AND p.school_id = %(school_id)s::text
         AND p.processed_at IS NULL
         AND (p.earned_at < %(last_month_start)s::timestamptz
              OR p.earned_at >= %(month_end)s::timestamptz))) AS p
GROUP BY p.currency
ORDER BY p.currency

-- newest_payment --
SELECT p.currency::text AS currency
FROM teacher_payments p
WHERE p.teacher_id = me.teacher_id AND p.school_id = %(school_id)s::text
ORDER BY p.earned_at DESC, p.payment_id
LIMIT 1

-- activities --
-- The last that happened at the school: each branch has the last of a kind by its index. Of classes, the
-- twenty in which somebody enrolled last hold the last twenty students.
SELECT l.kind::text AS kind, l.at::timestamptz AS at, l.text::text AS text, l.id::text AS id
FROM ((SELECT 'session_completed' AS kind, x.ends_at AS at, 'Session completed: ' || x.title AS text,
              x.session_id AS id
       FROM teacher_sessions x
       WHERE x.teacher_id = me.teacher_id AND x.school_id = %(school_id)s::text
         AND x.status = 'completed'
       ORDER BY x.ends_at DESC, x.session_id
       LIMIT 20)
      UNION ALL
      (SELECT 'student_enrolled' AS kind, e.enrolled_at AS at,
              coalesce(e.name, 'A student') || ' joined ' || c.name AS text, e.student_id AS id
       FROM school_class_teachers t
       JOIN school_classes c ON c.class_id = t.class_id AND c.school_id = t.school_id
       CROSS JOIN LATERAL (
             SELECT e.enrolled_at, e.name, e.student_id
             FROM school_enrollments e
             WHERE e.class_id = t.class_id AND e.school_id = t.school_id
             ORDER BY e.enrolled_at DESC, e.student_id
             LIMIT 20) AS e
       WHERE t.teacher_id = me.teacher_id AND t.school_id = %(school_id)s::text
         AND t.class_id IN (
             SELECT t.class_id
             FROM school_class_teachers t
             JOIN school_classes c ON c.class_id = t.class_id AND c.school_id = t.school_id
             CROSS JOIN LATERAL (
                   SELECT e.enrolled_at, e.student_id
                   FROM school_enrollments e
                   WHERE e.class_id = t.class_id AND e.school_id = t.school_id
                   ORDER BY e.enrolled_at DESC, e.student_id
                   LIMIT 1) AS e
             WHERE t.teacher_id = me.teacher_id AND t.school_id = %(school_id)s::text
             ORDER BY e.enrolled_at DESC, e.student_id, c.name COLLATE "C"
             LIMIT 20)
       ORDER BY e.enrolled_at DESC, e.student_id, c.name COLLATE "C"
       LIMIT 20)
      UNION ALL
      (SELECT 'assessment_given' AS kind, a.assessed_at AS at, 'Assessment given: ' || a.title AS text,
              a.assessment_id AS id
       FROM school_assessments a
       WHERE a.teacher_id = me.teacher_id AND a.school_id = %(school_id)s::text
       ORDER BY a.assessed_at DESC, a.assessment_id
       LIMIT 20)
      UNION ALL
      (SELECT 'payment_processed' AS kind, p.processed_at AS at,
              'Payment processed: ' || p.amount || ' ' || p.currency AS text, p.payment_id AS id
       FROM teacher_payments p
       WHERE p.teacher_id = me.teacher_id AND p.school_id = %(school_id)s::text
         AND p.processed_at IS NOT NULL
       ORDER BY p.processed_at DESC, p.payment_id
       LIMIT 20)) AS l
ORDER BY l.at DESC, l.kind, l.id, l.text COLLATE "C"
LIMIT 20
