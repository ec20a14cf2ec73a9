-- A teacher of 20 schools. At the first there are 5,000 students in 50 classes and 1,000 sessions around
-- today, with attendance, eight assessments and progress of each student, and 2,000 payments.
INSERT INTO teacher (teacher_id, name, deactivated, sequence, first_sequence, mask)
VALUES ('T1', 'Teacher', false, 1, 1, 0);
INSERT INTO school (school_id, name, time_zone, closed, sequence, first_sequence, mask)
SELECT 'O' || i, 'School ' || i, 'Europe/Berlin', false, 1, 1, 0 FROM generate_series(1, 20) AS i;
INSERT INTO membership (school_id, user_id, role, granted_at, sequence, first_sequence, mask)
SELECT 'O' || i, 'T1', 'teacher', now(), 1, 1, 0 FROM generate_series(1, 20) AS i;
INSERT INTO student (student_id, name, consents, deactivated, sequence, first_sequence, mask)
SELECT 'S' || i, 'Student ' || i, '{}', false, 1, 1, 0 FROM generate_series(1, 5000) AS i;
INSERT INTO membership (school_id, user_id, role, granted_at, sequence, first_sequence, mask)
SELECT 'O1', 'S' || i, 'student', now(), 1, 1, 0 FROM generate_series(1, 5000) AS i;
INSERT INTO class (class_id, organization_id, teacher_id, name, code, subject, created_at, archived, deleted,
                   sequence, first_sequence, mask)
SELECT 'C' || i, 'O1', 'T1', 'Class ' || i, 'C', 'Maths', now(), false, false, 1, 1, 0
FROM generate_series(1, 50) AS i;
INSERT INTO enrollment (class_id, student_id, enrolled_at, sequence, first_sequence, mask)
SELECT 'C' || i % 50 + 1, 'S' || i, now(), 1, 1, 0 FROM generate_series(1, 5000) AS i;
INSERT INTO session (session_id, class_id, organization_id, teacher_id, title, starts_at, ends_at, status,
                     sequence, first_sequence, mask)
SELECT 'X' || i, 'C' || i % 50 + 1, 'O1', 'T1', 'Lesson ' || i, now() + (i - 500) * interval '30 minutes',
       now() + (i - 499) * interval '30 minutes',
       CASE WHEN i % 10 = 0 THEN 'cancelled' WHEN i < 500 THEN 'completed' ELSE 'scheduled' END, 1, 1, 0
FROM generate_series(1, 1000) AS i;
INSERT INTO attendance (session_id, student_id, present, recorded_at, sequence, first_sequence, mask)
SELECT 'X' || i, 'S' || n * 50 + i % 50, true, now(), 1, 1, 0
FROM generate_series(1, 500) AS i, generate_series(0, 99) AS n;
INSERT INTO assessment (assessment_id, student_id, teacher_id, school_id, class_id, title, kind, score,
                        max_score, assessed_at, skills, sequence, first_sequence, mask)
SELECT 'V' || i || '-' || n, 'S' || i, 'T1', 'O1', 'C' || i % 50 + 1, 'Quiz', 'quiz', (i + n * 7) % 20, 20,
       now() - n * interval '5 days' - i * interval '1 second', '{}', 1, 1, 0
FROM generate_series(1, 5000) AS i, generate_series(1, 8) AS n;
INSERT INTO progress (student_id, class_id, teacher_id, school_id, level, completion, skills_mastered,
                      updated_at, sequence, first_sequence, mask)
SELECT 'S' || i, 'C' || i % 50 + 1, 'T1', 'O1', 'B1', i % 101, '{sums,graphs}', now(), 1, 1, 0
FROM generate_series(1, 5000) AS i;
INSERT INTO payment (payment_id, teacher_id, school_id, amount, currency, earned_at, processed_at, sequence,
                     first_sequence, mask)
SELECT 'Y' || i, 'T1', 'O1', 25.50, 'EUR', now() - i * interval '3 hours',
       CASE WHEN i % 3 > 0 THEN now() END, 1, 1, 0
FROM generate_series(1, 2000) AS i;
INSERT INTO notification (notification_id, teacher_id, school_id, kind, title, message, created_at, sequence,
                          first_sequence, mask)
SELECT 'N' || i, 'T1', 'O1', 'new_student', 'x', 'x', now(), 1, 1, 0 FROM generate_series(1, 1000) AS i;
