-- A school as large as they come, with ids as services make them: 1,000 teachers with five classes and
-- three subjects each, 400 classes, 40 subjects. A hundred students are in the first class, whose
-- first teacher is also the first; they have two marks in each of eight subjects.
-- Hidden columns say nothing here: sequence 1, first_sequence 1, mask 0.
CREATE FUNCTION pg_temp.id(kind text, number bigint) RETURNS text IMMUTABLE LANGUAGE sql
    RETURN md5(kind || number)::uuid::text;
INSERT INTO teacher (teacher_id, name, email, deactivated, sequence, first_sequence, mask)
    SELECT pg_temp.id('teacher', i), 'Teacher Number ' || lpad(i::text, 4, '0'),
           'teacher.number.' || i || '@school.example', false, 1, 1, 0
    FROM generate_series(1, 1000) AS i;
INSERT INTO class SELECT pg_temp.id('class', i), NULL, pg_temp.id('teacher', i), 'Class ' || lpad(i::text, 3, '0'),
    'C-' || i, 'Mathematics', now(), false, false, 1, 1, 0 FROM generate_series(1, 400) AS i;
INSERT INTO subject (subject_id, name, retired, sequence, first_sequence, mask)
    SELECT pg_temp.id('subject', i), 'Subject ' || lpad(i::text, 2, '0'), false, 1, 1, 0
    FROM generate_series(1, 40) AS i;
INSERT INTO student SELECT pg_temp.id('student', i), 'Student Number ' || i, NULL, NULL, NULL, NULL, NULL, '{}', false,
    1, 1, 0 FROM generate_series(1, 2000) AS i;
INSERT INTO enrollment SELECT pg_temp.id('class', (i - 1) / 100 + 1), pg_temp.id('student', i), now(), NULL, NULL,
    1, 1, 0 FROM generate_series(1, 2000) AS i;
INSERT INTO class_assignment (assignment_id, teacher_id, class_id, made_by, made_at, sequence, first_sequence, mask)
    SELECT pg_temp.id('class assignment', t * 5 + n), pg_temp.id('teacher', t),
           pg_temp.id('class', (t * 5 + n - 6) % 400 + 1), 'A-0', now(), 1, 1, 0
    FROM generate_series(1, 1000) AS t, generate_series(1, 5) AS n;
INSERT INTO subject_assignment (assignment_id, teacher_id, subject_id, made_by, made_at, sequence, first_sequence, mask)
    SELECT pg_temp.id('subject assignment', t * 8 + n), pg_temp.id('teacher', t),
           pg_temp.id('subject', (t * 8 + n - 9) % 40 + 1), 'A-0', now(), 1, 1, 0
    FROM generate_series(1, 1000) AS t, generate_series(1, 8) AS n WHERE t = 1 OR n < 4;
INSERT INTO mark (mark_id, student_id, class_id, subject_id, score, recorded_by, recorded_at, sequence,
                  first_sequence, mask)
    SELECT pg_temp.id('mark', i * 16 + n), pg_temp.id('student', i), pg_temp.id('class', 1),
           pg_temp.id('subject', n % 8 + 1), (i * 7 + n) % 101, pg_temp.id('teacher', 1), now(), 1, 1, 0
    FROM generate_series(1, 100) AS i, generate_series(1, 16) AS n;
