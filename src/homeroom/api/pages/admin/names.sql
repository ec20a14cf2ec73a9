-- names --
-- What these teachers and classes of the realm, and these subjects, are called.
SELECT n.kind, n.id, n.name
FROM (SELECT 'teacher' AS kind, t.teacher_id::text AS id, t.name::text AS name
      FROM teachers t
      WHERE t.teacher_id = ANY (%(teachers)s::text[]) AND {teacher_of_realm}
      UNION ALL
      SELECT 'class', c.class_id::text, c.name::text
      FROM classes c
      WHERE c.class_id = ANY (%(classes)s::text[]) AND {class_of_realm}
      UNION ALL
      SELECT 'subject', s.subject_id::text, s.name::text
      FROM subjects s
      WHERE s.subject_id = ANY (%(subjects)s::text[])) AS n
