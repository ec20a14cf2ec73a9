-- rows resource_id
-- index uploaded_at, resource_id
-- The files that nobody has scanned yet, the oldest first.
SELECT r.resource_id, r.teacher_id, r.storage_url, r.media_type, r.size_bytes, r.uploaded_at
FROM resource r
WHERE r.status = 'pending' AND NOT r.removed;
