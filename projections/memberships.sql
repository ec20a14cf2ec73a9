-- rows school_id, user_id
-- index user_id
-- Who belongs to which school, as what; and who did.
SELECT m.school_id, m.user_id, m.role, m.revoked_at
FROM membership m;
