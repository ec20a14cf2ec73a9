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
