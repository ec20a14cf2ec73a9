-- class_permitted --
-- Whether a teacher has no class at all, and whether the class that is asked for may be seen.
SELECT (me.teacher_id <> ''
        AND NOT EXISTS (SELECT FROM class_assignments a
                        WHERE a.teacher_id = me.teacher_id))::boolean AS unassigned,
       (me.teacher_id = '' OR %(class_level_id)s::text IS NULL
        OR EXISTS (SELECT FROM classes c
                   WHERE c.class_id = %(class_level_id)s::text AND {class_seen}))::boolean AS permitted

-- marks_permitted --
-- The same of a class and a subject: a teacher needs both to see any mark.
SELECT (me.teacher_id <> ''
        AND (NOT EXISTS (SELECT FROM class_assignments a WHERE a.teacher_id = me.teacher_id)
             OR NOT EXISTS (SELECT FROM subject_assignments a
                            WHERE a.teacher_id = me.teacher_id)))::boolean AS unassigned,
       (me.teacher_id = ''
        OR ((%(class_level_id)s::text IS NULL
             OR EXISTS (SELECT FROM classes c
                        WHERE c.class_id = %(class_level_id)s::text AND {class_seen}))
            AND (%(subject_id)s::text IS NULL
                 OR EXISTS (SELECT FROM (SELECT %(subject_id)s::text AS subject_id) AS m
                            WHERE {subject_seen}))))::boolean AS permitted

-- students --
-- Students by name, with the classes of theirs that the caller sees. Each branch finds some callers'
-- students by an index; the policy decides which of them are shown. A teacher's come by the
-- assignments, those of a class by the class, an admin's by name, those of a realm by the realm.
SELECT l.student_id::text AS id, l.name::text AS name, l.sorted_as::text AS sorted_as,
       (SELECT json_agg(json_build_object('id', c.class_id, 'name', c.name)
                        ORDER BY c.name, c.class_id)
        FROM student_classes k
        JOIN classes c ON c.class_id = k.class_id
        WHERE k.student_id = l.student_id AND {class_seen}) AS classes
FROM ((SELECT DISTINCT s.student_id, s.name, s.sorted_as
       FROM class_assignments a
       JOIN student_classes k ON k.class_id = a.class_id
       JOIN students s ON s.student_id = k.student_id
       WHERE a.teacher_id = me.teacher_id AND me.teacher_id <> ''
         AND (%(class_level_id)s::text IS NULL OR a.class_id = %(class_level_id)s::text)
         AND ({matching})
       ORDER BY s.sorted_as, s.student_id
       LIMIT %(limit)s::bigint)
      UNION ALL
      (SELECT s.student_id, s.name, s.sorted_as
       FROM student_classes k
       JOIN classes c ON c.class_id = k.class_id
       JOIN students s ON s.student_id = k.student_id
       WHERE k.class_id = %(class_level_id)s::text AND me.teacher_id = '' AND {class_seen}
         AND ({matching})
       ORDER BY s.sorted_as, s.student_id
       LIMIT %(limit)s::bigint)
      UNION ALL
      (SELECT s.student_id, s.name, s.sorted_as
       FROM students s
       WHERE me.teacher_id = '' AND me.organization_id = '' AND %(class_level_id)s::text IS NULL
         AND ({matching})
       ORDER BY s.sorted_as, s.student_id
       LIMIT %(limit)s::bigint)
      UNION ALL
      (SELECT s.student_id, s.name, s.sorted_as
       FROM organization_students o
       JOIN students s ON s.student_id = o.student_id
       WHERE o.organization_id = me.organization_id AND me.teacher_id = ''
         AND me.organization_id <> '' AND %(class_level_id)s::text IS NULL
         AND ({matching})
       ORDER BY s.sorted_as, s.student_id
       LIMIT %(limit)s::bigint)) AS l
ORDER BY l.sorted_as, l.student_id
LIMIT %(limit)s::bigint

-- students_matching --
(s.sorted_as, s.student_id) > (%(after_sorted_as)s::text, %(after_id)s::text) AND {student_seen}

-- one_student --
SELECT s.student_id::text AS id, s.name::text AS name,
       (SELECT e.email FROM student_contacts e WHERE e.student_id = s.student_id)::text AS email,
       (SELECT json_agg(json_build_object('id', c.class_id, 'name', c.name)
                        ORDER BY c.name, c.class_id)
        FROM student_classes k
        JOIN classes c ON c.class_id = k.class_id
        WHERE k.student_id = s.student_id AND {class_seen}) AS classes
FROM students s
WHERE s.student_id = %(id)s::text AND {student_seen}

-- assessments --
-- Marks, the newest first. The branches are those of students: a teacher's come by pairs of a class
-- and a subject.
SELECT l.mark_id::text AS id, l.student_id::text AS student_id, l.class_id::text AS class_level_id,
       l.subject_id::text AS subject_id, l.score::numeric AS score,
       l.recorded_by::text AS recorded_by, l.recorded_at::timestamptz AS recorded_at
FROM ((SELECT r.*
       FROM (SELECT DISTINCT a.class_id, b.subject_id
             FROM class_assignments a
             JOIN subject_assignments b ON b.teacher_id = a.teacher_id
             WHERE a.teacher_id = me.teacher_id AND me.teacher_id <> ''
               AND (%(class_level_id)s::text IS NULL OR a.class_id = %(class_level_id)s::text)
               AND (%(subject_id)s::text IS NULL OR b.subject_id = %(subject_id)s::text)) AS p
       CROSS JOIN LATERAL (
             SELECT {mark}
             FROM marks m
             WHERE m.class_id = p.class_id AND m.subject_id = p.subject_id AND ({matching})
             ORDER BY m.recorded_at DESC, m.mark_id
             LIMIT %(limit)s::bigint) AS r)
      UNION ALL
      (SELECT {mark}
       FROM marks m
       WHERE m.class_id = %(class_level_id)s::text AND me.teacher_id = '' AND ({matching})
       ORDER BY m.recorded_at DESC, m.mark_id
       LIMIT %(limit)s::bigint)
      UNION ALL
      (SELECT {mark}
       FROM marks m
       WHERE me.teacher_id = '' AND me.organization_id = '' AND %(class_level_id)s::text IS NULL
         AND ({matching})
       ORDER BY m.recorded_at DESC, m.mark_id
       LIMIT %(limit)s::bigint)
      UNION ALL
      (SELECT r.*
       FROM classes p
       CROSS JOIN LATERAL (
             SELECT {mark}
             FROM marks m
             WHERE m.class_id = p.class_id AND ({matching})
             ORDER BY m.recorded_at DESC, m.mark_id
             LIMIT %(limit)s::bigint) AS r
       WHERE p.organization_id = me.organization_id AND me.teacher_id = ''
         AND me.organization_id <> '' AND %(class_level_id)s::text IS NULL)) AS l
ORDER BY l.recorded_at DESC, l.mark_id
LIMIT %(limit)s::bigint

-- assessments_matching --
m.recorded_at <= %(after_recorded_at)s::timestamptz
AND (m.recorded_at < %(after_recorded_at)s::timestamptz OR m.mark_id > %(after_id)s::text)
AND (%(subject_id)s::text IS NULL OR m.subject_id = %(subject_id)s::text)
AND EXISTS (SELECT FROM classes c WHERE c.class_id = m.class_id AND {class_seen})
AND {subject_seen}

-- class_of_report --
SELECT c.class_id::text AS id, c.name::text AS name
FROM classes c
WHERE c.class_id = %(id)s::text AND {class_seen}

-- class_report --
-- Who is in the class now, by name, with all marks of the class.
SELECT s.student_id::text AS id, s.name::text AS name,
       (SELECT json_agg(json_build_object('subject_id', m.subject_id, 'subject', j.name,
                                          'score', m.score)
                        ORDER BY j.name, m.subject_id, m.recorded_at, m.mark_id)
        FROM marks m
        LEFT JOIN subjects j ON j.subject_id = m.subject_id
        WHERE m.student_id = s.student_id AND m.class_id = k.class_id) AS assessments,
       (SELECT round(avg(m.score), 1) FROM marks m
        WHERE m.student_id = s.student_id AND m.class_id = k.class_id)::numeric AS average
FROM student_classes k
JOIN classes c ON c.class_id = k.class_id
JOIN students s ON s.student_id = k.student_id
WHERE k.class_id = %(id)s::text AND {class_seen}
ORDER BY s.sorted_as, s.student_id

-- student_report --
-- All marks of the classes that the caller sees.
SELECT s.student_id::text AS id, s.name::text AS name,
       (SELECT json_agg(json_build_object('subject_id', m.subject_id, 'subject', j.name,
                                          'score', m.score)
                        ORDER BY j.name, m.subject_id, m.recorded_at, m.mark_id)
        FROM marks m
        JOIN classes c ON c.class_id = m.class_id
        LEFT JOIN subjects j ON j.subject_id = m.subject_id
        WHERE m.student_id = s.student_id AND {class_seen}) AS assessments,
       (SELECT round(avg(m.score), 1)
        FROM marks m
        JOIN classes c ON c.class_id = m.class_id
        WHERE m.student_id = s.student_id AND {class_seen})::numeric AS average
FROM students s
WHERE s.student_id = %(id)s::text AND {student_seen}

-- access_log --
-- The newest first.
SELECT l.id::bigint AS id, l.user_id::text AS user_id, l.action::text AS action,
       l.resource::text AS resource, l.at::timestamptz AS at, l.request_id::text AS request_id,
       l.address::text AS address
FROM homeroom.access_log l
WHERE l.id < %(after_id)s::bigint AND me.admin_id <> '' AND {request_of_realm}
ORDER BY l.id DESC
LIMIT %(limit)s::bigint
