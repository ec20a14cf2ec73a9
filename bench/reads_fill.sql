-- What the students of `reads_school.sql` have, something of everything.
INSERT INTO track SELECT 'K' || i, 'track-' || i, 'Track ' || i, false, 1, 1, 0
FROM generate_series(1, 20) AS i;
INSERT INTO mission
SELECT 'M' || i, 'K' || i % 20 + 1, 'Mission ' || i,
       (ARRAY['beginner', 'intermediate', 'advanced'])[i % 3 + 1], '{Python,DFIR}', 60, now(),
       i % 50 = 0, 1, 1, 0
FROM generate_series(1, 400) AS i;
INSERT INTO module
SELECT 'U' || i, 'K' || i % 20 + 1, 'Module ' || i, i / 20,
       ARRAY['M' || (i * 3) % 400 + 1, 'M' || (i * 7) % 400 + 1, 'M' || (i * 11) % 400 + 1], false,
       1, 1, 0
FROM generate_series(0, 199) AS i;
INSERT INTO profile
SELECT 'S' || i, 'Threat Hunter', NULL, '{Python,DFIR}', i % 101, 'K' || i % 20 + 1, 'Q2 2027',
       now(), 1, 1, 0
FROM generate_series(1, {students}) AS i;
INSERT INTO subscription
SELECT 'S' || i, (ARRAY['free', 'starter3', 'professional7'])[i % 3 + 1],
       now() - (i % 200) * interval '1 day', now() + interval '9 days', NULL, 1, 1, 0
FROM generate_series(1, {students}) AS i;
INSERT INTO mission_progress (mission_id, student_id, started_at, deadline_at, status, updated_at,
                              ai_score, mentor_score, sequence, first_sequence, mask)
SELECT 'M' || (i * 13 + n * 37) % 400 + 1, 'S' || i, now(), now() + (n * 20 - 30) * interval '1 hour',
       (ARRAY['in_progress', 'pending', 'in_review', 'changes_requested', 'approved', 'approved',
              'approved', 'approved'])[n], now() - (n * 7 + i % 90) * interval '1 hour', 60, 70,
       1, 1, 0
FROM generate_series(1, {students}) AS i, generate_series(1, 8) AS n;
INSERT INTO module_progress
SELECT 'U' || n * 20 + i % 20, 'S' || i, (i + n * 17) % 101, now(), 1, 1, 0
FROM generate_series(1, {students}) AS i, generate_series(0, 5) AS n;
INSERT INTO habit
SELECT 'H' || i || '-' || n, 'S' || i, 'Habit ' || n, '2026-01-01', false, 1, 1, 0
FROM generate_series(1, {students}) AS i, generate_series(1, 2) AS n;
INSERT INTO habit_log
SELECT 'H' || i || '-' || n, to_char(now()::date - d, 'YYYY-MM-DD'), 'S' || i, (i + d * n) % 6 > 0,
       now(), 1, 1, 0
FROM generate_series(1, {students}) AS i, generate_series(1, 2) AS n, generate_series(0, 9) AS d;
INSERT INTO goal
SELECT 'G' || i || '-' || n, 'S' || i, 'Goal ' || n, to_char(now()::date + n - 2, 'YYYY-MM-DD'),
       CASE WHEN (i + n) % 2 = 0 THEN now() - n * interval '2 days' END, false, 1, 1, 0
FROM generate_series(1, {students}) AS i, generate_series(1, 4) AS n;
INSERT INTO reflection
SELECT 'R' || i || '-' || n, 'S' || i, now() - n * interval '3 days', 1, 1, 0
FROM generate_series(1, {students}) AS i, generate_series(1, 3) AS n;
INSERT INTO portfolio_item
SELECT 'P' || i || '-' || n, 'S' || i, 'Item ' || n, now(),
       (ARRAY['pending', 'approved', 'rejected'])[n % 3 + 1], false, 1, 1, 0
FROM generate_series(1, {students}) AS i, generate_series(1, 4) AS n;
INSERT INTO readiness
SELECT 'S' || i, to_char(now()::date - n * 5, 'YYYY-MM-DD'), (i + n * 7) % 101, '{DFIR,Python,AWS}',
       90, 1, 1, 0
FROM generate_series(1, {students}) AS i, generate_series(0, 2) AS n;
INSERT INTO recommendation
SELECT 'N' || i || '-' || n, 'S' || i, 'Recommendation ' || n, 'Because', '/missions/M' || n, NULL,
       (ARRAY['high', 'medium', 'low'])[n], now() + (n * 3 - 4) * interval '1 day', now(), false, 1, 1, 0
FROM generate_series(1, {students}) AS i, generate_series(1, 3) AS n;
