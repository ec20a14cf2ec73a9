-- take_turn --
-- One command for a teacher at a time; and none while numbers are being called in question.
SELECT pg_advisory_xact_lock_shared(%(lock)s, 0),
       pg_advisory_xact_lock(%(lock)s + 2, hashtext(%(teacher_id)s));

-- level --
-- Whether numbers are level with the log.
SELECT coalesce(n.identity = homeroom.identity(), false) FROM homeroom.numbering n;

-- user --
-- Whether the user is a teacher of the realm; and whether
-- there is anybody of this id in the realm.
SELECT EXISTS (SELECT FROM teachers t
               WHERE t.teacher_id = %(teacher_id)s AND {teacher_of_realm}),
       EXISTS (SELECT FROM students s
               WHERE s.student_id = %(teacher_id)s AND {student_of_realm})
       OR EXISTS (SELECT FROM memberships m
                  WHERE m.user_id = %(teacher_id)s AND m.revoked_at IS NULL
                    AND NOT EXISTS (SELECT FROM teacher x
                                    WHERE x.teacher_id = m.user_id AND x.deactivated)
                    AND (%(organization_id)s::text = '' OR m.school_id = %(organization_id)s::text));

-- classes --
-- Which of these classes are of the realm and not deleted.
SELECT c.class_id FROM classes c WHERE c.class_id = ANY (%(ids)s) AND {class_of_realm};

-- subjects --
-- Which of these subjects are taught; they are everybody's.
SELECT s.subject_id FROM subjects s WHERE s.subject_id = ANY (%(ids)s) AND NOT s.retired;

-- links --
-- All that is known of a teacher's links to these, here and in the read model. What has the newer
-- number counts: in a database that was restored, what is kept here may be the older.
SELECT coalesce(o.target_id, a.target_id), assignment_id, o.command_id, a.sequence,
       CASE WHEN coalesce(a.sequence, 0) > coalesce(o.sequence, 0) THEN a.removed
            ELSE o.removed END,
       NOT o.removed
FROM (SELECT x.assignment_id, x.target_id, x.command_id, x.sequence, x.removed
      FROM homeroom.teacher_assignment x
      WHERE x.kind = '{kind}' AND x.teacher_id = %(teacher_id)s
        AND x.target_id = ANY (%(ids)s)) AS o
FULL JOIN (SELECT x.assignment_id, x.{target} AS target_id, x.sequence,
                  x.removed_at IS NOT NULL AS removed
           FROM {entity} x
           WHERE x.teacher_id = %(teacher_id)s AND x.{target} = ANY (%(ids)s)) AS a
    USING (assignment_id);

-- assignment --
-- The same of one assignment.
SELECT coalesce(o.teacher_id, a.teacher_id), coalesce(o.target_id, a.target_id),
       greatest(o.sequence, a.sequence),
       CASE WHEN coalesce(a.sequence, 0) > coalesce(o.sequence, 0) THEN a.removed
            ELSE o.removed END
FROM (SELECT x.assignment_id, x.teacher_id, x.target_id, x.sequence, x.removed
      FROM homeroom.teacher_assignment x
      WHERE x.kind = '{kind}' AND x.assignment_id = %(assignment_id)s) AS o
FULL JOIN (SELECT x.assignment_id, x.teacher_id, x.{target} AS target_id, x.sequence,
                  x.removed_at IS NOT NULL AS removed
           FROM {entity} x
           WHERE x.assignment_id = %(assignment_id)s) AS a
    USING (assignment_id);

-- class_names --
-- What these are called, and whose school they are.
SELECT c.class_id, c.name, c.organization_id FROM classes c WHERE c.class_id = ANY (%(ids)s);

-- subject_names --
SELECT s.subject_id, s.name, nullif(%(organization_id)s::text, '')
FROM subjects s WHERE s.subject_id = ANY (%(ids)s);

-- draw --
-- Ids that nobody has drawn.
SELECT nextval('homeroom.{entity}_id')::text FROM generate_series(1, %(count)s);

-- taken --
-- Whether one of these is known all the same: others may publish, and a database may be restored.
SELECT EXISTS (SELECT FROM {entity} x WHERE x.assignment_id = ANY (%(ids)s))
       OR EXISTS (SELECT FROM subjects_without_row x
                  WHERE x.entity = '{entity}' AND x.key = ANY (%(ids)s))
       OR EXISTS (SELECT FROM homeroom.teacher_assignment x
                  WHERE x.kind = '{kind}' AND x.assignment_id = ANY (%(ids)s));

-- skip --
-- Draws go on behind all ids that are known.
SELECT setval('homeroom.{entity}_id', greatest(nextval('homeroom.{entity}_id'), (
    SELECT max(x.id::bigint)
    FROM (SELECT assignment_id AS id FROM {entity}
          UNION ALL SELECT key FROM subjects_without_row WHERE entity = '{entity}'
          UNION ALL SELECT assignment_id FROM homeroom.teacher_assignment
                    WHERE kind = '{kind}') AS x
    WHERE x.id ~ '^[1-9][0-9]{{0,15}}$')));

-- settle --
-- What the log has removed, in a database that was restored since.
UPDATE homeroom.teacher_assignment t
SET removed = true, sequence = s.sequence
FROM json_to_recordset(%(links)s::json) AS s(assignment_id text, sequence bigint)
WHERE t.kind = '{kind}' AND t.assignment_id = s.assignment_id;

-- add --
INSERT INTO homeroom.teacher_assignment
    (kind, assignment_id, teacher_id, target_id, sequence, command_id)
SELECT '{kind}', a.assignment_id, %(teacher_id)s, a.target_id, 1, %(command_id)s
FROM json_to_recordset(%(links)s::json) AS a(assignment_id text, target_id text);

-- remove --
-- What others have published is kept here from now on.
INSERT INTO homeroom.teacher_assignment AS t
    (kind, assignment_id, teacher_id, target_id, sequence, removed, command_id)
VALUES ('{kind}', %(assignment_id)s, %(teacher_id)s, %(target_id)s, %(sequence)s, true,
        %(command_id)s)
ON CONFLICT (kind, assignment_id) DO UPDATE
SET sequence = excluded.sequence, removed = true, command_id = excluded.command_id;
