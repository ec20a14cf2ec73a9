-- receive --
-- Each cause is kept once, however often its event comes.
INSERT INTO homeroom.message (id, role, person_id, school_id, kind, title, text, url, said_at,
                              expires_at, topic, partition, "offset", traceparent)
VALUES (%(id)s, %(role)s, %(person_id)s, %(school_id)s, %(kind)s, %(title)s, %(text)s, %(url)s,
        %(said_at)s, %(expires_at)s, %(topic)s, %(partition)s, %(offset)s, %(traceparent)s)
ON CONFLICT (id) DO NOTHING;

-- address --
-- Whom messages are for, and over which channels they want them: for those that the tables hold. A
-- teacher has a school's messages while teaching there, as the pages show them.
WITH due AS (
    SELECT m.id, m.role, m.person_id, m.school_id, m.kind
    FROM homeroom.message m
    JOIN positions p ON p.topic = m.topic AND p.partition = m.partition AND p.next_offset > m."offset"
    WHERE m.addressed_at IS NULL AND (%(only)s::text IS NULL OR m.id = %(only)s::text)
    ORDER BY m.received_at
    LIMIT %(limit)s::bigint
    FOR UPDATE OF m SKIP LOCKED
), person AS (
    SELECT d.id, d.role, d.person_id, d.kind FROM due d
    WHERE d.role = 'student' OR d.person_id IS NOT NULL AND d.school_id IS NULL
    UNION
    SELECT d.id, d.role, h.teacher_id, d.kind
    FROM due d JOIN school_teachers h ON h.school_id = d.school_id
    WHERE d.role = 'teacher' AND (d.person_id IS NULL OR d.person_id = h.teacher_id)
), place AS (
    SELECT p.id, p.role, p.person_id, p.kind, c.channel, '' AS target
    FROM person p CROSS JOIN unnest(ARRAY['email', 'webhook']) AS c(channel)
    UNION ALL
    SELECT p.id, p.role, p.person_id, p.kind, 'web_push', s.id
    FROM person p
    JOIN homeroom.push_subscription s ON s.role = p.role AND s.person_id = p.person_id
), preference AS (
    SELECT 'teacher' AS role, t.teacher_id AS person_id, t.kind, t.channel, t.enabled
    FROM homeroom.notification_preference t
    UNION ALL
    SELECT 'student', s.student_id, s.kind, s.channel, s.enabled
    FROM homeroom.student_notification_preference s
), made AS (
    INSERT INTO homeroom.delivery (message_id, role, person_id, channel, target)
    SELECT l.id, l.role, l.person_id, l.channel, l.target
    FROM place l
    JOIN preference f USING (role, person_id, kind, channel)
    WHERE f.enabled AND l.channel = ANY (%(channels)s)
    ORDER BY l.id, l.person_id
    ON CONFLICT DO NOTHING
    RETURNING message_id
)
UPDATE homeroom.message m SET addressed_at = now()
FROM due WHERE m.id = due.id
RETURNING m.id, (SELECT count(*) FROM made WHERE made.message_id = m.id);

-- claim --
-- Takes deliveries that are due, with all that is needed to make them, and whether they are still
-- wanted: people may choose anew while a message waits.
WITH due AS (
    SELECT d.id FROM homeroom.delivery d
    WHERE d.state = 'due' AND d.due_at <= now() AND d.channel = ANY (%(channels)s)
      AND (%(only)s::text IS NULL OR d.message_id = %(only)s::text)
    ORDER BY d.due_at, d.id
    LIMIT %(limit)s::bigint
    FOR UPDATE SKIP LOCKED
), taken AS (
    UPDATE homeroom.delivery d
    SET state = 'claimed', claim = %(claim)s, attempts = d.attempts + 1,
        claimed_until = now() + make_interval(secs => %(seconds)s), backend_pid = pg_backend_pid(),
        backend_start = (SELECT a.backend_start FROM pg_stat_activity a
                         WHERE a.pid = pg_backend_pid())
    FROM due WHERE d.id = due.id
    RETURNING d.id, d.message_id, d.role, d.person_id, d.channel, d.target, d.attempts, d.claim
)
SELECT t.*, m.kind, m.title, m.text, m.url, m.said_at, m.expires_at, m.traceparent,
       coalesce(w.enabled, false) AS wanted, p.name, p.email, p.time_zone, q.quiet_from, q.quiet_until, l.language,
       s.endpoint, s.p256dh, s.auth
FROM taken t
JOIN homeroom.message m ON m.id = t.message_id
LEFT JOIN LATERAL (
    SELECT a.name, a.email, a.time_zone FROM teachers a
    WHERE t.role = 'teacher' AND a.teacher_id = t.person_id
    UNION ALL
    SELECT a.name, c.email, a.time_zone
    FROM students a LEFT JOIN student_contacts c ON c.student_id = a.student_id
    WHERE t.role = 'student' AND a.student_id = t.person_id) AS p ON true
LEFT JOIN LATERAL (
    SELECT f.enabled FROM homeroom.notification_preference f
    WHERE t.role = 'teacher'
      AND (f.teacher_id, f.kind, f.channel) = (t.person_id, m.kind, t.channel)
    UNION ALL
    SELECT f.enabled FROM homeroom.student_notification_preference f
    WHERE t.role = 'student'
      AND (f.student_id, f.kind, f.channel) = (t.person_id, m.kind, t.channel)) AS w ON true
LEFT JOIN homeroom.quiet_hours q ON t.role = 'student' AND q.student_id = t.person_id
LEFT JOIN homeroom.person_language l ON l.role = t.role AND l.person_id = t.person_id
LEFT JOIN homeroom.push_subscription s
       ON t.channel = 'web_push' AND s.id = t.target AND s.role = t.role
          AND s.person_id = t.person_id
ORDER BY t.id;

-- begin_sending --
-- From here on nobody can know whether an e-mail was sent, but its sender, whose connection may be
-- another by now. No row where the claim is somebody else's.
UPDATE homeroom.delivery d
SET state = 'sending', claimed_until = now() + make_interval(secs => %(seconds)s),
    backend_pid = pg_backend_pid(),
    backend_start = (SELECT a.backend_start FROM pg_stat_activity a
                     WHERE a.pid = pg_backend_pid())
WHERE d.id = %(id)s AND d.claim = %(claim)s AND d.state = 'claimed';

-- end --
-- What became of it; also of one that somebody took for uncertain meanwhile.
UPDATE homeroom.delivery d
SET state = %(state)s, problem = %(problem)s, ended_at = now(), claimed_until = NULL
WHERE d.id = %(id)s AND d.claim = %(claim)s AND d.state IN ('claimed', 'sending', 'uncertain');

-- take_turn --
-- Of two who delivered one message one waits here, and sees then what the other noted.
SELECT FROM homeroom.message m WHERE m.id = %s FOR UPDATE;

-- sent_before --
-- Whether the same message has reached the same person over the same channel at another place.
SELECT EXISTS (
    SELECT FROM homeroom.delivery o JOIN homeroom.delivery d
        ON (o.message_id, o.role, o.person_id, o.channel)
         = (d.message_id, d.role, d.person_id, d.channel)
    WHERE d.id = %(id)s AND o.id <> d.id AND o.state = 'sent');

-- postpone --
-- Gives a delivery back until a later time; also one that somebody took for uncertain meanwhile.
UPDATE homeroom.delivery d
SET state = 'due', due_at = %(due_at)s, problem = %(problem)s, claimed_until = NULL,
    attempts = d.attempts - %(uncounted)s::int
WHERE d.id = %(id)s AND d.claim = %(claim)s AND d.state IN ('claimed', 'sending', 'uncertain');

-- recover --
-- What a process had taken that is gone: an e-mail whose outcome it alone knew is uncertain; all
-- else is made again, with the same id.
UPDATE homeroom.delivery d
SET state = CASE WHEN d.state = 'sending' THEN 'uncertain' ELSE 'due' END, claimed_until = NULL,
    problem = CASE WHEN d.state = 'sending'
                   THEN 'The notifier ended while it sent this: nobody knows whether it arrived.'
                   ELSE d.problem END
WHERE d.state IN ('claimed', 'sending') AND (d.claimed_until < now() OR NOT EXISTS (
    SELECT FROM pg_stat_activity a
    WHERE a.pid = d.backend_pid
      AND (a.backend_start IS NULL OR a.backend_start = d.backend_start)))
RETURNING d.channel, d.state;

-- forget_subscription --
-- The push service says that the browser takes no more.
DELETE FROM homeroom.push_subscription s
WHERE s.id = %(id)s AND s.role = %(role)s AND s.person_id = %(person_id)s;

-- prune --
-- A few at a time, the oldest first; never what an operator has to decide, or what still waits for
-- the tables.
WITH gone AS (
    DELETE FROM homeroom.message m
    WHERE m.id = ANY (ARRAY(
        SELECT o.id FROM homeroom.message o
        WHERE o.received_at < now() - make_interval(days => %(days)s)
          AND o.addressed_at IS NOT NULL AND NOT EXISTS (
            SELECT FROM homeroom.delivery d
            WHERE d.message_id = o.id
              AND d.state IN ('due', 'claimed', 'sending', 'failed', 'uncertain'))
        ORDER BY o.received_at
        LIMIT %(limit)s))
    RETURNING m.id
), deliveries AS (
    DELETE FROM homeroom.delivery d USING gone WHERE d.message_id = gone.id
)
SELECT count(*) FROM gone;

-- backlog --
-- How many deliveries are in each state that is no end, per channel, and for how long the oldest due.
SELECT d.channel, d.state, count(*),
       coalesce(extract(epoch FROM now() - min(d.due_at) FILTER (WHERE d.state = 'due')), 0)::float8
FROM homeroom.delivery d
WHERE d.state IN ('due', 'claimed', 'sending', 'failed', 'uncertain')
GROUP BY d.channel, d.state;

-- unaddressed --
-- Messages that wait for the tables to hold their event, and for how long the oldest.
SELECT count(*), coalesce(extract(epoch FROM now() - min(m.received_at)), 0)::float8
FROM homeroom.message m WHERE m.addressed_at IS NULL;

-- prepare --
-- The limits of the notifier's statements and transactions.
SELECT set_config('timezone', 'UTC', false), set_config('statement_timeout', '30s', false),
       set_config('transaction_timeout', '30s', false);
