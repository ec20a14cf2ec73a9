-- rows batch_id
-- index teacher_id, created_at DESC, batch_id
-- index teacher_id, status, created_at DESC, batch_id
-- The batches of teachers. `status` is the client's, `overall_status` whatever the newest event said.
SELECT b.batch_id, b.teacher_id, b.assignment_id, b.title, k.class_id, k.class_name,
       b.status AS overall_status,
       CASE WHEN b.status = 'ready_for_pipeline_execution' THEN 'ready'
            WHEN b.status IN ('processing_pipelines', 'awaiting_student_validation',
                              'student_validation_completed', 'validation_timeout_processed')
            THEN 'processing'
            WHEN b.status IN ('completed_successfully', 'completed_with_failures', 'cancelled')
            THEN left(b.status, 32)
            WHEN b.status IN ('failed_critically', 'content_ingestion_failed') THEN 'failed'
            ELSE 'pending_content' END AS status,
       b.essay_count, coalesce(b.completed_essays, 0) AS completed_essays,
       coalesce(b.failed_essays, 0) AS failed_essays, b.created_at, b.updated_at
FROM batch b
LEFT JOIN batch_classes k ON k.batch_id = b.batch_id
WHERE NOT b.deleted;
