-- assigned --
-- Teachers by name, with what each is assigned to of the realm. The latter is looked up by its key
-- (OFFSET 0): a plan for any parameters would read the whole table.
SELECT l.teacher_id::text AS user_id, coalesce(l.email, l.teacher_id)::text AS username,
       l.name::text AS full_name, l.sorted_as::text AS sorted_as,
       (SELECT json_agg(json_build_object('id', c.class_id, 'assignment_id', a.assignment_id,
                                          'name', c.name, 'student_count', c.students)
                        ORDER BY c.name, c.class_id, a.assignment_id)
        FROM class_assignments a
        CROSS JOIN LATERAL (SELECT x.class_id, x.name, x.students, x.organization_id
                            FROM classes x WHERE x.class_id = a.class_id OFFSET 0) AS c
        WHERE a.teacher_id = l.teacher_id AND {class_of_realm}) AS classes,
       (SELECT json_agg(json_build_object('id', s.subject_id, 'assignment_id', a.assignment_id,
                                          'name', s.name)
                        ORDER BY s.name, s.subject_id, a.assignment_id)
        FROM subject_assignments a
        CROSS JOIN LATERAL (SELECT x.subject_id, x.name
                            FROM subjects x WHERE x.subject_id = a.subject_id OFFSET 0) AS s
        WHERE a.teacher_id = l.teacher_id) AS subjects
FROM ({teachers_page}) AS l
ORDER BY l.sorted_as, l.teacher_id

-- teachers_page --
-- Part of lists: the realm's teachers by name. The first branch is the platform's admin's, the second
-- that of an admin of a realm: each finds its teachers by an index of its own.
(SELECT t.teacher_id, t.name, t.email, t.sorted_as
 FROM teachers t
 WHERE me.organization_id = '' AND ({matching})
 ORDER BY t.sorted_as, t.teacher_id
 LIMIT %(limit)s::bigint)
UNION ALL
(SELECT t.teacher_id, t.name, t.email, t.sorted_as
 FROM organization_teachers o
 JOIN teachers t ON t.teacher_id = o.teacher_id
 WHERE o.organization_id = me.organization_id AND ({matching})
 ORDER BY t.sorted_as, t.teacher_id
 LIMIT %(limit)s::bigint)

-- assigned_matching --
(t.sorted_as, t.teacher_id) > (%(after_sorted_as)s::text, %(after_user_id)s::text)
AND (%(user_id)s::text IS NULL OR t.teacher_id = %(user_id)s::text)
AND (%(class_level_id)s::text IS NULL OR EXISTS (
     SELECT FROM class_assignments a
     JOIN classes c ON c.class_id = a.class_id
     WHERE a.teacher_id = t.teacher_id AND a.class_id = %(class_level_id)s::text
       AND {class_of_realm}))
AND (%(subject_id)s::text IS NULL OR EXISTS (
     SELECT FROM subject_assignments a
     WHERE a.teacher_id = t.teacher_id AND a.subject_id = %(subject_id)s::text))

-- own_classes --
-- The classes that somebody is assigned to: a teacher, or an admin, of the realm.
SELECT c.class_id::text AS id, c.name::text AS name, c.students::bigint AS student_count
FROM class_assignments a
JOIN classes c ON c.class_id = a.class_id
WHERE a.teacher_id = {owner} AND {class_of_realm}
ORDER BY c.name, c.class_id

-- own_subjects --
SELECT s.subject_id::text AS id, s.name::text AS name
FROM subject_assignments a
JOIN subjects s ON s.subject_id = a.subject_id
WHERE a.teacher_id = {owner}
ORDER BY s.name, s.subject_id

-- workload --
-- How much each teacher of the realm has, of its classes; each class, subject and student once. To
-- count all students takes longest by far, so they are counted for those alone who may be on the page.
-- Nobody has more of them than `places`, in which a student of two classes is two: whoever is behind
-- the last of the page by places (`last`) is so by students. `last` is that of the teachers who come
-- first by places, behind the page before; on the page are others if they have more students.
WITH teaching AS MATERIALIZED (
     SELECT t.teacher_id, t.name, t.email, coalesce(k.classes, 0) AS classes,
            coalesce(j.subjects, 0) AS subjects, coalesce(k.places, 0) AS places
     FROM teachers t
     LEFT JOIN (SELECT d.teacher_id, count(*) AS classes, sum(d.students)::bigint AS places
                FROM (SELECT DISTINCT a.teacher_id, c.class_id, c.students
                      FROM class_assignments a
                      JOIN classes c ON c.class_id = a.class_id
                      WHERE {class_of_realm}) AS d
                GROUP BY d.teacher_id) AS k ON k.teacher_id = t.teacher_id
     LEFT JOIN (SELECT a.teacher_id, count(DISTINCT a.subject_id) AS subjects
                FROM subject_assignments a
                GROUP BY a.teacher_id) AS j ON j.teacher_id = t.teacher_id
     WHERE {teacher_of_realm}
       AND (-coalesce(k.classes, 0), -coalesce(j.subjects, 0))
           >= (-%(after_classes)s::bigint, -%(after_subjects)s::bigint)),
last AS MATERIALIZED (
     SELECT f.classes, f.subjects, f.students, f.teacher_id
     FROM (SELECT t.classes, t.subjects, t.teacher_id, ({students_taught}) AS students
           FROM (SELECT * FROM teaching x
                 WHERE (-x.classes, -x.subjects, -x.places, x.teacher_id)
                       > (-%(after_classes)s::bigint, -%(after_subjects)s::bigint,
                          -%(after_students)s::bigint, %(after_user_id)s::text)
                 ORDER BY x.classes DESC, x.subjects DESC, x.places DESC, x.teacher_id
                 LIMIT %(limit)s::bigint) AS t) AS f
     ORDER BY f.classes DESC, f.subjects DESC, f.students DESC, f.teacher_id
     OFFSET %(limit)s::bigint - 1)
SELECT w.teacher_id::text AS user_id, coalesce(w.email, w.teacher_id)::text AS username,
       w.name::text AS full_name, w.classes::bigint AS classes, w.subjects::bigint AS subjects,
       w.students::bigint AS students
FROM (SELECT t.teacher_id, t.name, t.email, t.classes, t.subjects, ({students_taught}) AS students
      FROM (SELECT * FROM teaching x
            WHERE NOT EXISTS (SELECT FROM last l
                              WHERE (-x.classes, -x.subjects, -x.places, x.teacher_id)
                                    > (-l.classes, -l.subjects, -l.students, l.teacher_id))
            OFFSET 0) AS t) AS w
WHERE (-w.classes, -w.subjects, -w.students, w.teacher_id)
      > (-%(after_classes)s::bigint, -%(after_subjects)s::bigint, -%(after_students)s::bigint,
         %(after_user_id)s::text)
ORDER BY w.classes DESC, w.subjects DESC, w.students DESC, w.teacher_id
LIMIT %(limit)s::bigint

-- students_taught --
-- Part of `workload`: how many students the teacher `t` has, each once.
SELECT count(DISTINCT s.student_id)
FROM class_assignments a
JOIN classes c ON c.class_id = a.class_id
JOIN student_classes s ON s.class_id = a.class_id
WHERE a.teacher_id = t.teacher_id AND {class_of_realm}

-- teacher_known --
-- Whether there is such a teacher in the realm.
SELECT true AS found
FROM teachers t
WHERE t.teacher_id = %(user_id)s::text AND {teacher_of_realm}

-- history --
-- All assignments of a teacher that were ever made, the newest first: to classes of the realm,
-- deleted ones too, and to subjects.
SELECT h.assignment_id::text AS assignment_id, h.kind::text AS kind, h.target_id::text AS target_id,
       h.made_at::timestamptz AS made_at, h.made_by::text AS made_by,
       h.removed_at::timestamptz AS removed_at, h.removed_by::text AS removed_by
FROM (SELECT c.assignment_id, 'class' AS kind, c.class_id AS target_id, c.made_at, c.made_by,
             c.removed_at, c.removed_by
      FROM class_assignment_history c
      WHERE c.teacher_id = %(user_id)s::text AND {class_of_realm}
      UNION ALL
      SELECT s.assignment_id, 'subject', s.subject_id, s.made_at, s.made_by,
             s.removed_at, s.removed_by
      FROM subject_assignment_history s
      WHERE s.teacher_id = %(user_id)s::text) AS h
WHERE h.made_at < %(after_made_at)s::timestamptz
   OR (h.made_at = %(after_made_at)s::timestamptz
       AND (h.kind, h.assignment_id) > (%(after_kind)s::text, %(after_assignment_id)s::text))
ORDER BY h.made_at DESC, h.kind, h.assignment_id
LIMIT %(limit)s::bigint

-- teachers --
SELECT l.teacher_id::text AS id, l.name::text AS name, l.email::text AS email,
       l.sorted_as::text AS sorted_as
FROM ({teachers_page}) AS l
ORDER BY l.sorted_as, l.teacher_id

-- teachers_matching --
(t.sorted_as, t.teacher_id) > (%(after_sorted_as)s::text, %(after_id)s::text)
AND CASE WHEN %(q)s::text IS NULL THEN true
         ELSE casefold(t.name COLLATE pg_unicode_fast)
              LIKE (SELECT casefold(%(q)s::text COLLATE pg_unicode_fast)) END

-- class_levels --
SELECT l.class_id::text AS id, l.name::text AS name, l.students::bigint AS student_count,
       l.sorted_as::text AS sorted_as
FROM ((SELECT c.class_id, c.name, c.students, c.sorted_as
       FROM classes c
       WHERE me.organization_id = '' AND ({matching})
       ORDER BY c.sorted_as, c.class_id
       LIMIT %(limit)s::bigint)
      UNION ALL
      (SELECT c.class_id, c.name, c.students, c.sorted_as
       FROM classes c
       WHERE c.organization_id = me.organization_id AND ({matching})
       ORDER BY c.sorted_as, c.class_id
       LIMIT %(limit)s::bigint)) AS l
ORDER BY l.sorted_as, l.class_id

-- class_levels_matching --
(c.sorted_as, c.class_id) > (%(after_sorted_as)s::text, %(after_id)s::text)
AND CASE WHEN %(q)s::text IS NULL THEN true
         ELSE casefold(c.name COLLATE pg_unicode_fast)
              LIKE (SELECT casefold(%(q)s::text COLLATE pg_unicode_fast)) END

-- subjects --
SELECT s.subject_id::text AS id, s.name::text AS name, s.sorted_as::text AS sorted_as
FROM subjects s
WHERE NOT s.retired
  AND (s.sorted_as, s.subject_id) > (%(after_sorted_as)s::text, %(after_id)s::text)
  AND CASE WHEN %(q)s::text IS NULL THEN true
           ELSE casefold(s.name COLLATE pg_unicode_fast)
                LIKE (SELECT casefold(%(q)s::text COLLATE pg_unicode_fast)) END
ORDER BY s.sorted_as, s.subject_id
LIMIT %(limit)s::bigint
