-- take_turn --
-- One command for a resource at a time; and none while numbers are being called in question.
SELECT pg_advisory_xact_lock_shared(%(lock)s, 0),
       pg_advisory_xact_lock(%(lock)s + 4, hashtext(%(resource_id)s));

-- level --
-- Whether numbers are level with the log.
SELECT coalesce(n.identity = homeroom.identity(), false) FROM homeroom.numbering n;

-- teaches --
-- Whether the teacher teaches at the school.
SELECT {teaches_there} FROM (SELECT %(teacher_id)s::text AS teacher_id) AS me;

-- reserve --
INSERT INTO homeroom.resource
    (resource_id, teacher_id, school_id, title, description, file_name, media_type, size_bytes,
     storage_url, status, class_ids, uploader_address, reserved_at, upload_expires_at)
VALUES (%(resource_id)s, %(teacher_id)s, %(school_id)s, %(title)s, %(description)s, %(file_name)s,
        %(media_type)s, %(size_bytes)s, %(storage_url)s, 'pending', '{{}}', %(uploader_address)s,
        %(reserved_at)s, %(upload_expires_at)s);

-- place --
UPDATE homeroom.resource r SET storage_url = %(storage_url)s
WHERE r.resource_id = %(resource_id)s;

-- resource --
-- What is known of a resource, here and in the read model. What has the newer number counts: in a
-- database that was restored, what is kept here may be the older, and others may publish.
SELECT n.resource_id, n.teacher_id, n.school_id, n.title, n.description, n.file_name, n.media_type,
       n.size_bytes, n.storage_url, n.status, n.with_students, n.class_ids, n.uploaded_at,
       n.updated_at, n.removed, n.sequence, o.reserved_at, o.upload_expires_at, o.command_id
FROM (
    SELECT x.resource_id, x.teacher_id, x.school_id, x.title, x.description, x.file_name,
           x.media_type, x.size_bytes, x.storage_url, x.status, x.with_students,
           x.class_ids::text[] AS class_ids, x.uploaded_at, x.updated_at, x.removed, x.sequence
    FROM homeroom.resource x
    WHERE x.resource_id = %(resource_id)s
    UNION ALL
    SELECT x.resource_id, x.teacher_id, x.school_id, x.title, x.description, x.file_name,
           x.media_type, x.size_bytes, x.storage_url, x.status, coalesce(x.with_students, false),
           coalesce(x.class_ids::text[], '{{}}'), x.uploaded_at, x.updated_at, x.removed, x.sequence
    FROM resource x
    WHERE x.resource_id = %(resource_id)s
    ORDER BY sequence DESC
    LIMIT 1) AS n
LEFT JOIN homeroom.resource o ON o.resource_id = n.resource_id;

-- classes --
-- Which of these classes the teacher has at the school: own ones, those of a session there, and those
-- of an assignment.
SELECT t.class_id
FROM school_class_teachers t
WHERE t.class_id = ANY (%(class_ids)s) AND t.school_id = %(school_id)s
  AND t.teacher_id = %(teacher_id)s
UNION
SELECT a.class_id
FROM class_assignments a
WHERE a.class_id = ANY (%(class_ids)s) AND a.organization_id = %(school_id)s
  AND a.teacher_id = %(teacher_id)s;

-- write --
-- What others have published is kept here from now on.
INSERT INTO homeroom.resource AS r
    (resource_id, teacher_id, school_id, title, description, file_name, media_type, size_bytes,
     storage_url, status, with_students, class_ids, reserved_at, upload_expires_at, uploaded_at,
     updated_at, sequence, command_id, removed)
VALUES (%(resource_id)s, %(teacher_id)s, %(school_id)s, %(title)s, %(description)s, %(file_name)s,
        %(media_type)s, %(size_bytes)s, %(storage_url)s, %(status)s, %(with_students)s,
        %(class_ids)s, coalesce(%(reserved_at)s::timestamptz, %(uploaded_at)s),
        coalesce(%(upload_expires_at)s::timestamptz, %(uploaded_at)s), %(uploaded_at)s,
        %(updated_at)s, %(sequence)s, %(command_id)s, %(removed)s)
ON CONFLICT (resource_id) DO UPDATE
SET title = excluded.title, description = excluded.description, status = excluded.status,
    storage_url = excluded.storage_url,
    with_students = excluded.with_students, class_ids = excluded.class_ids,
    uploaded_at = excluded.uploaded_at, updated_at = excluded.updated_at,
    sequence = excluded.sequence, command_id = excluded.command_id, removed = excluded.removed;
