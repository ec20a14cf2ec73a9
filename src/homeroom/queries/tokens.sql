-- revoke_token --
-- A token is revoked for good; the second time changes nothing. Whether it was the first.
WITH revoked AS (
    INSERT INTO homeroom.revoked_token (jti, revoked_at)
    VALUES (%(jti)s, now())
    ON CONFLICT (jti) DO NOTHING
    RETURNING jti)
SELECT EXISTS (SELECT FROM revoked), pg_notify('homeroom_tokens', left(%(jti)s, 1000));

-- revoke_subject --
-- Every token of a person that was issued until now, to the second.
WITH revoked AS (
    INSERT INTO homeroom.revoked_subject (subject, revoked_at)
    VALUES (%(subject)s, now())
    ON CONFLICT (subject) DO UPDATE SET revoked_at = excluded.revoked_at)
SELECT true, pg_notify('homeroom_tokens', left(%(subject)s, 1000));

-- live_generation --
-- Whether the database is prepared: one row, if it is.
SELECT l.schema::text AS generation FROM homeroom.live l;
