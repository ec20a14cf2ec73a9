-- 50,000 of everything that students do, in 2,000 classes of 100 teachers. Each student is in two or
-- three classes, and handed in something in each.
INSERT INTO teacher SELECT 'T' || i, 'Ada', NULL, NULL, NULL, false, 1, 1, 0 FROM generate_series(1, 100) i;
INSERT INTO class SELECT 'C' || i, NULL, 'T' || i % 100 + 1, 'Maths', 'M', 'M', now(), false, false, 1, 1, 0
    FROM generate_series(1, 2000) i;
INSERT INTO enrollment SELECT 'C' || (i % 20000 + i / 20000) % 2000 + 1, 'S' || i % 20000, now(), NULL, NULL, 1, 1, 0
    FROM generate_series(1, 50000) i;
INSERT INTO exam (exam_id, created_by, assigned_teachers, class_id, title, subject, kind, created_at,
                  total_questions, total_marks, status, deleted, sequence, first_sequence, mask)
    SELECT 'E' || i, 'T' || i % 100 + 1, '{T1,T2}', 'C' || i % 2000 + 1, 'x', 'x', 'exam', now(), 1, 1,
           'completed', false, 1, 1, 0 FROM generate_series(1, 5000) i;
INSERT INTO exam_result SELECT 'E' || i % 5000 + 1, 'S' || i / 5000, 50, 'T' || i % 100 + 1, now(), 1, 1, 0
    FROM generate_series(1, 50000) i;
INSERT INTO assignment (assignment_id, created_by, class_id, title, subject, created_at, status, deleted,
                        sequence, first_sequence, mask)
    SELECT 'A' || i, 'T' || i % 100 + 1, 'C' || (i - 1) % 2000 + 1, 'x', 'x', now(), 'draft', false, 1, 1, 0
    FROM generate_series(1, 5000) i;
INSERT INTO submission SELECT 'A' || (i % 20000 + i / 20000) % 2000 + 1 + i % 2 * 2000, 'S' || i % 20000, now(), 50,
    'T' || i % 100 + 1, now(), NULL, 1, 1, 0 FROM generate_series(1, 50000) i;
INSERT INTO question_bank SELECT 'B' || i, NULL, 'T' || i % 100 + 1, 'x', 'x', NULL, 'draft', now(), false,
    1, 1, 0 FROM generate_series(1, 2000) i;
INSERT INTO question SELECT 'Q' || i, 'B' || i % 2000 + 1, NULL, 'T' || i % 100 + 1, now(), false, 1, 1, 0
    FROM generate_series(1, 50000) i;
INSERT INTO track SELECT 'K' || i, 'k', 'x', false, 1, 1, 0 FROM generate_series(1, 5000) i;
INSERT INTO student SELECT 'S' || i, 'Ada', 'x', 'K' || i % 5000 + 1, NULL, 'T' || i % 5000 + 1, 'Zone/' || i % 500,
    '{}', false, 1, 1, 0 FROM generate_series(1, 20000) i;
INSERT INTO teacher SELECT 'X' || i, 'Ada', NULL, NULL, NULL, true, 1, 1, 0 FROM generate_series(1, 2000) i;
INSERT INTO student SELECT 'D' || i, 'Ada', NULL, NULL, NULL, NULL, NULL, '{}', true, 1, 1, 0
    FROM generate_series(1, 5000) i;
INSERT INTO enrollment SELECT 'C' || i % 2000 + 1, 'D' || i, now(), NULL, NULL, 1, 1, 0
    FROM generate_series(1, 5000) i;
INSERT INTO profile SELECT 'S' || i, 'x', 'x', '{}', 50, 'K' || i % 5000 + 1, 'x', now(), 1, 1, 0
    FROM generate_series(1, 20000) i;
INSERT INTO mission SELECT 'M' || i, NULL, 'x', 'beginner', '{}', 5, now(), false, 1, 1, 0
    FROM generate_series(1, 2000) i;
INSERT INTO mission_progress (mission_id, student_id, status, updated_at, sequence, first_sequence, mask)
    SELECT 'M' || i % 2000 + 1, 'S' || i, 'approved', now(), 1, 1, 0 FROM generate_series(1, 20000) i;
INSERT INTO module SELECT 'U' || i, 'K' || i % 5000 + 1, 'x', i, ARRAY['M' || i % 2000 + 1, 'M' || i % 1999 + 1], false,
    1, 1, 0 FROM generate_series(1, 5000) i;
INSERT INTO module_progress SELECT 'U' || i % 5000 + 1, 'S' || i, 50, now(), 1, 1, 0 FROM generate_series(1, 20000) i;
INSERT INTO habit SELECT 'H' || i, 'S' || i, 'x', '2026-01-01', false, 1, 1, 0 FROM generate_series(1, 5000) i;
INSERT INTO habit_log SELECT 'H' || h, '2026-01-' || lpad(d::text, 2, '0'), 'S' || h, d % 7 > 0, now(), 1, 1, 0
    FROM generate_series(1, 5000) h, generate_series(1, 20) d;
INSERT INTO goal SELECT 'G' || i, 'S' || i, 'x', '2026-01-01', NULL, false, 1, 1, 0 FROM generate_series(1, 20000) i;
INSERT INTO reflection SELECT 'R' || i, 'S' || i, now(), 1, 1, 0 FROM generate_series(1, 20000) i;
INSERT INTO portfolio_item SELECT 'P' || i, 'S' || i, 'x', now(), 'approved', false, 1, 1, 0
    FROM generate_series(1, 20000) i;
INSERT INTO readiness SELECT 'S' || i, '2026-01-' || lpad(d::text, 2, '0'), 50, '{}', NULL, 1, 1, 0
    FROM generate_series(1, 5000) i, generate_series(1, 20) d;
INSERT INTO subscription SELECT 'S' || i, 'free', now(), NULL, NULL, 1, 1, 0 FROM generate_series(1, 20000) i;
INSERT INTO class SELECT 'OC' || i, 'O' || i, 'T' || i % 100 + 1, 'Maths', 'M', 'M', now(), false, false, 1, 1, 0
    FROM generate_series(1, 2000) i;
INSERT INTO enrollment SELECT 'OC' || i % 2000 + 1, 'S' || i, now(), NULL, NULL, 1, 1, 0 FROM generate_series(1, 10000) i;
INSERT INTO membership SELECT 'O' || i % 2000 + 1, 'T' || i % 100 + 1, 'teacher', now(), NULL, 1, 1, 0
    FROM generate_series(1, 2000) i;
INSERT INTO membership SELECT 'O' || i % 2000 + 1, 'S' || i, 'student', now(), NULL, 1, 1, 0 FROM generate_series(1, 20000) i;
INSERT INTO membership SELECT 'P' || i, 'T' || i % 100 + 1, 'teacher', now(), now(), 1, 1, 0
    FROM generate_series(1, 2000) i;
INSERT INTO subject SELECT 'J' || i, 'x', false, 1, 1, 0 FROM generate_series(1, 2000) i;
INSERT INTO class_assignment SELECT i, 'T' || i % 100 + 1, 'C' || i % 2000 + 1, 'x', now(), NULL, NULL, 1, 1, 0
    FROM generate_series(1, 5000) i;
INSERT INTO subject_assignment SELECT i, 'T' || i % 100 + 1, 'J' || i % 2000 + 1, 'x', now(), NULL, NULL, 1, 1, 0
    FROM generate_series(1, 5000) i;
INSERT INTO mark SELECT i, 'S' || i, 'C' || i % 2000 + 1, 'J' || i % 2000 + 1, 50, 'x', now(), 1, 1, 0
    FROM generate_series(1, 20000) i;
INSERT INTO recommendation SELECT 'N' || i, 'S' || i, 'x', 'x', 'x', NULL, 'low', NULL, now(), false, 1, 1, 0
    FROM generate_series(1, 20000) i;
INSERT INTO batch (batch_id, teacher_id, essay_count, created_at, status, updated_at, deleted, sequence,
                   first_sequence, mask)
    SELECT 'L' || i, 'T' || i % 100 + 1, 30, now() - i * interval '1 hour',
           (ARRAY['processing_pipelines', 'cancelled', 'other'])[i % 3 + 1], now(), false, 1, 1, 0
    FROM generate_series(1, 20000) i;
INSERT INTO essay_association (batch_id, essay_id, student_id, class_id, associated_at, removed, sequence,
                               first_sequence, mask)
    SELECT 'L' || i % 4999 + 1, 'Y' || i, 'S' || i % 20000, 'C' || i % 2000 + 1, now(), false, 1, 1, 0
    FROM generate_series(1, 50000) i;
INSERT INTO school SELECT 'O' || i, 'x', NULL, false, 1, 1, 0 FROM generate_series(1, 2000) i;
INSERT INTO session (session_id, class_id, organization_id, teacher_id, title, starts_at, ends_at, status, sequence,
                     first_sequence, mask)
    SELECT 'X' || i, 'OC' || i % 2000 + 1, 'O' || i % 2000 + 1, 'T' || i % 100 + 1, 'x',
           now() - i * interval '1 minute', now() - i * interval '1 minute',
           (ARRAY['completed', 'scheduled', 'cancelled'])[i % 3 + 1], 1, 1, 0 FROM generate_series(1, 50000) i;
INSERT INTO attendance SELECT 'X' || i, 'S' || i % 20000, true, now(), 1, 1, 0 FROM generate_series(1, 50000) i;
INSERT INTO assessment SELECT 'V' || i, 'S' || i % 10000 + 1, 'T' || i % 100 + 1, 'O' || i % 2000 + 1,
    'OC' || i % 2000 + 1, 'x', 'x', 5, 10, now() - i * interval '1 minute', '{}', 1, 1, 0
    FROM generate_series(1, 50000) i;
INSERT INTO progress SELECT 'S' || i, 'OC' || i % 2000 + 1, 'T' || i % 100 + 1, 'O' || i % 2000 + 1, 'x',
    50, '{}', now(), 1, 1, 0 FROM generate_series(1, 10000) i;
INSERT INTO payment SELECT 'Y' || i, 'T' || i % 100 + 1, 'O' || i % 2000 + 1, NULL, 25.50, 'EUR',
    now() - i * interval '1 minute', CASE WHEN i % 2 = 0 THEN now() END, 1, 1, 0 FROM generate_series(1, 50000) i;
INSERT INTO resource (resource_id, teacher_id, school_id, title, file_name, media_type, size_bytes, storage_url,
                      uploaded_at, status, with_students, class_ids, removed, sequence, first_sequence, mask)
    SELECT 'F' || i, 'T' || i % 100 + 1, 'O' || i % 2000 + 1, 'x', 'x', 'x', 1, 'x',
           now() - i * interval '1 minute', (ARRAY['clean', 'clean', 'pending'])[i % 3 + 1], true,
           ARRAY['OC' || i % 2000 + 1, 'C' || i % 2000 + 1], false, 1, 1, 0 FROM generate_series(1, 20000) i;
INSERT INTO notification SELECT 'N' || i, CASE WHEN i % 9 > 0 THEN 'T' || i % 100 + 1 END, 'O' || i % 2000 + 1,
    'new_student', 'x', 'x', NULL, now(), NULL, 1, 1, 0 FROM generate_series(1, 50000) i;
INSERT INTO notification_receipt SELECT 'N' || i, 'T' || i % 100 + 1, now(), NULL, 1, 1, 0
    FROM generate_series(1, 50000) i;
INSERT INTO notification_delivery SELECT 'N' || i, 'T' || i % 100 + 1, 'email', now(), 1, 1, 0
    FROM generate_series(1, 50000) i;
