-- judge --
-- Whether numbers are level with the log, and what of a mark the caller may name: the class, the
-- subject, the student, and the student in this class.
SELECT coalesce(n.identity = homeroom.identity(), false),
       EXISTS (SELECT FROM classes c WHERE c.class_id = %(class_id)s AND {class_seen}),
       EXISTS (SELECT FROM subjects m
               WHERE m.subject_id = %(subject_id)s AND NOT m.retired AND {subject_seen}),
       EXISTS (SELECT FROM students s WHERE s.student_id = %(student_id)s AND {student_seen}),
       EXISTS (SELECT FROM student_classes k
               WHERE k.class_id = %(class_id)s AND k.student_id = %(student_id)s)
FROM homeroom.numbering n, {me};

-- take_turn --
-- Not while numbers are being called in question.
SELECT pg_advisory_xact_lock_shared(%(lock)s, 0);

-- draw --
-- An id that nobody has drawn, and whether it is known all the same: others may publish, and a
-- database may be restored.
SELECT d.id, EXISTS (SELECT FROM mark x WHERE x.mark_id = d.id)
             OR EXISTS (SELECT FROM subjects_without_row x WHERE x.entity = 'mark' AND x.key = d.id)
FROM (SELECT nextval('homeroom.mark_id')::text AS id OFFSET 0) AS d;

-- skip --
-- Draws go on behind all ids that are known.
SELECT setval('homeroom.mark_id', greatest(nextval('homeroom.mark_id'), (
    SELECT max(x.id::bigint)
    FROM (SELECT mark_id AS id FROM mark
          UNION ALL SELECT key FROM subjects_without_row WHERE entity = 'mark') AS x
    WHERE x.id ~ '^[1-9][0-9]{{0,15}}$')));
