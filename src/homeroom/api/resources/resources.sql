-- resources --
-- A teacher's in one school, the newest first.
SELECT r.resource_id::text AS id, r.title::text AS title, r.description::text AS description,
       r.file_name::text AS file_name, r.media_type::text AS media_type,
       r.size_bytes::bigint AS size_bytes, r.with_students::boolean AS with_students,
       r.class_ids::text[] AS class_ids, r.status::text AS status,
       r.uploaded_at::timestamptz AS uploaded_at, r.updated_at::timestamptz AS updated_at
FROM resources r
WHERE r.teacher_id = me.teacher_id
  AND r.school_id = (SELECT s.id FROM ({school}) AS s)
  AND (r.uploaded_at < %(after_uploaded_at)s::timestamptz
       OR (r.uploaded_at = %(after_uploaded_at)s::timestamptz AND r.resource_id > %(after_id)s::text))
ORDER BY r.uploaded_at DESC, r.resource_id
LIMIT %(limit)s::bigint

-- file --
-- A file for its teacher, and for a student who counts in a class with which it is shared; whether a
-- teacher still teaches there.
SELECT r.resource_id::text AS id, r.teacher_id::text AS teacher_id, r.school_id::text AS school_id,
       r.file_name::text AS file_name, r.media_type::text AS media_type,
       r.size_bytes::bigint AS size_bytes, r.storage_url::text AS storage_url,
       r.status::text AS status,
       (me.student_id <> '' OR {teaches_there})::boolean AS permitted
FROM resources r
WHERE r.resource_id = %(resource_id)s::text
  AND (r.teacher_id = me.teacher_id
       OR EXISTS (
           SELECT FROM resource_classes k
           JOIN school_class_students e ON e.class_id = k.class_id AND e.school_id = k.school_id
           WHERE k.resource_id = r.resource_id AND e.student_id = me.student_id))
