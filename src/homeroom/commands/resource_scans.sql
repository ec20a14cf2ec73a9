-- prepare_session --
-- Nothing here takes long but the scan itself, which no transaction waits for.
SELECT set_config('timezone', 'UTC', false), set_config('statement_timeout', '30s', false),
       set_config('transaction_timeout', '15s', false);

-- claim --
-- The oldest file that nobody has scanned or is scanning. Where two claim the same, the second finds
-- it claimed. What a command has noted is known here before the read model has it.
INSERT INTO homeroom.resource_scan AS c (resource_id, claimed_until, attempts)
SELECT u.resource_id, now() + make_interval(secs => %(seconds)s), 1
FROM unscanned_resources u
LEFT JOIN homeroom.resource_scan s ON s.resource_id = u.resource_id
LEFT JOIN homeroom.resource o ON o.resource_id = u.resource_id
WHERE (s.resource_id IS NULL OR s.claimed_until < now())
  AND coalesce(o.status = 'pending' AND NOT o.removed, true)
ORDER BY u.uploaded_at, u.resource_id
LIMIT 1
ON CONFLICT (resource_id) DO UPDATE
SET claimed_until = excluded.claimed_until, attempts = c.attempts + 1
WHERE c.claimed_until < now()
RETURNING c.resource_id, c.attempts, c.errors;

-- file --
-- The file of a claim.
SELECT u.storage_url, u.media_type, u.size_bytes
FROM unscanned_resources u WHERE u.resource_id = %(resource_id)s;

-- put_off --
-- Nobody tries it again before then.
UPDATE homeroom.resource_scan s
SET claimed_until = now() + make_interval(secs => %(seconds)s), errors = s.errors + %(errors)s
WHERE s.resource_id = %(resource_id)s;

-- done --
DELETE FROM homeroom.resource_scan s WHERE s.resource_id = %(resource_id)s;

-- unfinished --
-- Uploads that were never finished, with where a file may be all the same.
SELECT r.resource_id, r.storage_url FROM homeroom.resource r
WHERE NOT r.upload_swept AND r.uploaded_at IS NULL
  AND r.upload_expires_at < now() - make_interval(secs => %(seconds)s)
ORDER BY r.upload_expires_at
LIMIT %(limit)s;

-- forget --
-- Unless it was finished at the last moment.
DELETE FROM homeroom.resource r
WHERE r.resource_id = %(resource_id)s AND r.uploaded_at IS NULL AND NOT r.removed;

-- unswept --
-- Files that were taken in, and to whose addresses something may have come since.
SELECT r.resource_id FROM homeroom.resource r
WHERE NOT r.upload_swept AND (r.uploaded_at IS NOT NULL OR r.removed)
  AND r.upload_expires_at < now() - make_interval(secs => %(seconds)s)
ORDER BY r.upload_expires_at
LIMIT %(limit)s;

-- swept --
UPDATE homeroom.resource r SET upload_swept = true WHERE r.resource_id = %(resource_id)s;

-- to_delete --
-- What was removed, with where its file is.
SELECT r.resource_id, r.storage_url FROM homeroom.resource r
WHERE r.removed AND NOT r.file_deleted
LIMIT %(limit)s;

-- deleted --
UPDATE homeroom.resource r SET file_deleted = true WHERE r.resource_id = %(resource_id)s;

-- forget_addresses --
-- A few at a time, the oldest first.
UPDATE homeroom.resource r SET uploader_address = NULL
WHERE r.resource_id = ANY (ARRAY(
    SELECT f.resource_id FROM homeroom.resource f
    WHERE f.uploader_address IS NOT NULL
      AND f.reserved_at < now() - make_interval(days => %(days)s)
    ORDER BY f.reserved_at
    LIMIT %(limit)s));
