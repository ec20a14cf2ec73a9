-- rows resource_id
-- index teacher_id, school_id, uploaded_at DESC, resource_id
-- The files of teachers in schools, the newest first.
SELECT r.resource_id, r.teacher_id, r.school_id, r.title, r.description, r.file_name, r.media_type,
       r.size_bytes, r.storage_url, r.status, coalesce(r.with_students, false) AS with_students,
       r.class_ids, r.uploaded_at, coalesce(r.updated_at, r.uploaded_at) AS updated_at
FROM resource r
WHERE NOT r.removed;
