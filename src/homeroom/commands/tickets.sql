-- issue --
INSERT INTO homeroom.ticket
    (digest, teacher_id, jti, subject, issued_at, token_expires_at, expires_at)
VALUES (%(digest)s, %(teacher_id)s, %(jti)s, %(subject)s, %(issued_at)s,
        to_timestamp(%(token_expires_at)s), now() + make_interval(secs => %(seconds)s));

-- redeem --
-- Once: whoever comes second, over whatever instance of the service, finds none.
DELETE FROM homeroom.ticket t
WHERE t.digest = %(digest)s
RETURNING t.teacher_id, t.jti, t.subject, t.issued_at,
          extract(epoch FROM t.token_expires_at)::float8, t.expires_at > now();

-- prune --
-- Tickets that nobody used.
DELETE FROM homeroom.ticket t WHERE t.expires_at < now();
