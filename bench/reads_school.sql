-- 100,000 students (a parameter) and their teacher; entity tables only.
-- Hidden columns say nothing here: sequence 1, first_sequence 1, mask 0.
INSERT INTO teacher (teacher_id, name, deactivated, sequence, first_sequence, mask)
SELECT 'T' || i, 'Teacher ' || i, false, 1, 1, 0
FROM generate_series(1, 1000) AS i;
INSERT INTO student
SELECT 'S' || i, 'Student ' || i, NULL, 'K' || i % 20 + 1, 'C26', 'T' || i % 1000 + 1,
       (ARRAY['Europe/London', 'Africa/Nairobi', 'Asia/Kathmandu', NULL])[i % 4 + 1],
       '{"share_with_mentor": true}', false, 1, 1, 0
FROM generate_series(1, {students}) AS i;
-- One teacher of all the students, in classes of a hundred, with 50,000 exams, and 5,000 assignments
-- that ten students each handed in.
INSERT INTO class
SELECT 'C' || i, NULL, 'T1', 'Class ' || i, 'C' || i, 'Maths', now() - i * interval '1 minute', false,
       false, 1, 1, 0
FROM generate_series(0, {students} / 100) AS i;
INSERT INTO enrollment SELECT 'C' || i / 100, 'S' || i, now(), NULL, NULL, 1, 1, 0
FROM generate_series(1, {students}) AS i;
INSERT INTO exam (exam_id, created_by, assigned_teachers, class_id, title, subject, kind, created_at,
                  scheduled_at, total_questions, total_marks, status, deleted, sequence,
                  first_sequence, mask)
SELECT 'E' || i, 'T1', '{}', 'C' || i % 100, 'Exam ' || i, 'Maths', 'exam', now(),
       now() - i * interval '1 hour', 10, 100, 'completed', false, 1, 1, 0
FROM generate_series(1, 50000) AS i;
INSERT INTO assignment (assignment_id, created_by, class_id, title, subject, created_at, status, deleted,
                        sequence, first_sequence, mask)
SELECT 'A' || i, 'T1', 'C' || i % 100, 'Assignment ' || i, 'Maths', now() - i * interval '1 hour', 'graded', false,
       1, 1, 0
FROM generate_series(1, 5000) AS i;
INSERT INTO submission (assignment_id, student_id, submitted_at, score, graded_by, graded_at, sequence,
                        first_sequence, mask)
SELECT 'A' || i, 'S' || i % 100 * 100 + n, now(), 50, 'T1', now(), 1, 1, 0
FROM generate_series(1, 5000) AS i, generate_series(1, 10) AS n;
-- 10,000 batches of thirty essays each, of two classes: twenty of the first.
INSERT INTO batch (batch_id, teacher_id, title, essay_count, created_at, status, completed_essays,
                   failed_essays, updated_at, deleted, sequence, first_sequence, mask)
SELECT '00000000-0000-4000-8000-' || lpad(to_hex(i), 12, '0'), 'T1', 'Essays ' || i, 30,
       now() - i * interval '1 hour',
       (ARRAY['processing_pipelines', 'completed_successfully', 'completed_with_failures'])[i % 3 + 1],
       20, 1, now(), false, 1, 1, 0
FROM generate_series(1, 10000) AS i;
INSERT INTO essay_association (batch_id, essay_id, student_id, class_id, associated_at, removed, sequence,
                               first_sequence, mask)
SELECT '00000000-0000-4000-8000-' || lpad(to_hex(i), 12, '0'), 'Y' || n, 'S' || i % 100 * 100 + n,
       'C' || (i + n / 21) % 100, now(), false, 1, 1, 0
FROM generate_series(1, 10000) AS i, generate_series(1, 30) AS n;
-- Each of the 1,000 teachers is assigned to five classes and three of twenty subjects.
INSERT INTO subject (subject_id, name, retired, sequence, first_sequence, mask)
SELECT i, 'Subject ' || i, false, 1, 1, 0 FROM generate_series(1, 20) AS i;
INSERT INTO class_assignment (assignment_id, teacher_id, class_id, made_by, made_at, sequence,
                              first_sequence, mask)
SELECT i, 'T' || i % 1000 + 1, 'C' || i % 97, 'A1', now(), 1, 1, 0
FROM generate_series(1, 5000) AS i;
INSERT INTO subject_assignment (assignment_id, teacher_id, subject_id, made_by, made_at, sequence,
                                first_sequence, mask)
SELECT i, 'T' || i % 1000 + 1, i % 19 + 1, 'A1', now(), 1, 1, 0
FROM generate_series(1, 3000) AS i;
-- Each student has two marks, in two subjects of the own class.
INSERT INTO mark (mark_id, student_id, class_id, subject_id, score, recorded_by, recorded_at, sequence,
                  first_sequence, mask)
SELECT 'N' || i || '-' || n, 'S' || i, 'C' || i / 100, (i + n) % 19 + 1, (i * 7 + n) % 101, 'T1',
       now() - i * interval '1 minute', 1, 1, 0
FROM generate_series(1, {students}) AS i, generate_series(1, 2) AS n;
INSERT INTO homeroom.access_log (user_id, role, action, resource, at, request_id, address)
SELECT 'T' || i % 1000 + 1, 'teacher', 'GET', '/api/reports/class/C' || i % 97,
       now() - i * interval '1 minute', 'r' || i, '127.0.0.1'
FROM generate_series(1, 100000) AS i;
