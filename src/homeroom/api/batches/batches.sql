-- total --
-- How many batches a teacher has; of a status that clients know, or of any (`paging.py`).
SELECT coalesce(sum(t.batches), 0)::bigint AS total
FROM teacher_batch_totals t
WHERE t.teacher_id = me.teacher_id
  AND t.status = %(status)s::text

-- board --
-- A teacher's batches, the newest first.
SELECT b.batch_id::text AS batch_id,
       coalesce(nullif(b.title, ''), 'Untitled Batch')::text AS title,
       b.class_name::text AS class_name, b.status::text AS status,
       b.essay_count::integer AS total_essays, b.completed_essays::integer AS completed_essays,
       b.created_at::timestamptz AS created_at
FROM teacher_batches b
WHERE b.teacher_id = me.teacher_id
  AND b.status = %(status)s::text
ORDER BY b.created_at DESC, b.batch_id
LIMIT %(limit)s::bigint OFFSET %(offset)s::bigint

-- total_of_status --
-- How many there are of a status of services. All that the teacher has are looked at, since such a
-- status may be any text, which is too long for an index.
SELECT count(*)::bigint AS total
FROM teacher_batches b
WHERE b.teacher_id = me.teacher_id
  AND b.overall_status = %(status)s::text

-- of_user --
-- The same batches, as services know them.
SELECT b.batch_id::text AS batch_id, b.teacher_id::text AS user_id,
       b.overall_status::text AS overall_status, b.essay_count::integer AS essay_count,
       b.completed_essays::integer AS completed_essay_count,
       b.failed_essays::integer AS failed_essay_count, b.created_at::timestamptz AS created_at,
       b.assignment_id::text AS assignment_id
FROM teacher_batches b
WHERE b.teacher_id = me.teacher_id
  AND b.overall_status = %(status)s::text
ORDER BY b.created_at DESC, b.batch_id
LIMIT %(limit)s::bigint OFFSET %(offset)s::bigint

-- status --
-- How far a batch is. `me.batch_id` stands for those that are asked for (`services.py`).
SELECT b.batch_id::text AS batch_id, b.teacher_id::text AS user_id,
       b.overall_status::text AS overall_status, b.essay_count::integer AS essay_count,
       b.completed_essays::integer AS completed_essay_count,
       b.failed_essays::integer AS failed_essay_count, b.updated_at::timestamptz AS updated_at
FROM teacher_batches b
WHERE b.batch_id = me.batch_id

-- class_info --
-- The classes of batches that have one.
SELECT b.batch_id::text AS batch_id, b.class_id::text AS class_id,
       b.class_name::text AS class_name
FROM teacher_batches b
WHERE b.batch_id = me.batch_id AND b.class_id IS NOT NULL
