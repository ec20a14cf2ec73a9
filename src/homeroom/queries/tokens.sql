-- revoke_token --
-- A token is revoked for good; the second time changes nothing.
INSERT INTO homeroom.revoked_token (jti, revoked_at)
VALUES (%(jti)s, now())
ON CONFLICT (jti) DO NOTHING;

-- live_generation --
-- Whether the database is prepared: one row, if it is.
SELECT l.schema::text AS generation FROM homeroom.live l;
