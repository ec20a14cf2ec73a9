-- lock --
-- One process migrates at a time; the lock ends with the session.
SELECT pg_advisory_lock(%s);

-- create_schema --
-- The schema of the durable tables.
CREATE SCHEMA IF NOT EXISTS homeroom;

-- find_role --
-- A row where the role exists.
SELECT FROM pg_roles WHERE rolname = %s;

-- create_role --
-- The reader's role, which owns nothing.
CREATE ROLE {role} NOLOGIN;

-- may_set_role --
-- Whether this user may take the role on.
SELECT pg_has_role(CURRENT_USER, %s, 'SET');

-- grant_role --
-- Lets this user take the role on.
GRANT {role} TO CURRENT_USER;

-- revoke_temporary --
-- A temporary table that is left in a pooled connection would shadow a projection.
REVOKE TEMPORARY ON DATABASE {database} FROM PUBLIC;

-- grant_temporary --
-- Workers need temporary tables.
GRANT TEMPORARY ON DATABASE {database} TO {role};

-- grant_create --
-- Whoever rebuilds makes the schema of a generation.
GRANT CREATE ON DATABASE {database} TO {role};

-- revoke_create --
REVOKE CREATE ON DATABASE {database} FROM {role};

-- create_login --
-- A login that is nothing but what it is a member of.
CREATE ROLE {role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS
    PASSWORD {password};

-- set_password --
ALTER ROLE {role} LOGIN PASSWORD {password};

-- keep_from_writing --
-- What a login with these rights could not write anyway, its sessions refuse at once.
ALTER ROLE {role} SET default_transaction_read_only = on;

-- is_kept_from_writing --
SELECT EXISTS (SELECT FROM pg_db_role_setting s JOIN pg_roles r ON r.oid = s.setrole
               WHERE r.rolname = %s AND 'default_transaction_read_only=on' = ANY (s.setconfig));

-- join_role --
-- Makes a login a member, so that it has the role's rights.
GRANT {role} TO {login};

-- is_member --
-- Whether a login is a member of a role, and so has its rights.
SELECT EXISTS (SELECT FROM pg_roles l, pg_roles r
               WHERE l.rolname = %s AND r.rolname = %s AND pg_has_role(l.oid, r.oid, 'USAGE'));

-- excess --
-- What a login must not be: a superuser, one that walls do not hold, one that makes roles, or the owner
-- of what is kept.
SELECT rolsuper OR rolbypassrls OR rolcreaterole
       OR pg_has_role(oid, (SELECT nspowner FROM pg_namespace WHERE nspname = 'homeroom'), 'MEMBER')
FROM pg_roles WHERE rolname = %s;

-- fence --
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;

-- forget_policy --
-- Each is made anew by each migration.
DROP POLICY IF EXISTS {name} ON {table};

-- make_policy --
CREATE POLICY {name} ON {table} TO {role} USING ({condition});

-- make_adding_policy --
-- Whoever is denied something is written down, whoever it is.
CREATE POLICY {name} ON {table} FOR INSERT TO {role} WITH CHECK (true);

-- revoke_large_objects --
-- By default everybody may make large objects. An owner who is no superuser only gets a warning.
REVOKE EXECUTE ON FUNCTION pg_catalog.lo_creat(integer), pg_catalog.lo_create(oid),
    pg_catalog.lo_from_bytea(oid, bytea) FROM PUBLIC;

-- make_live --
-- Names the first live generation.
INSERT INTO homeroom.live (schema) VALUES (%s);

-- grant_schema --
-- Lets the reader's role see the schema of the durable tables.
GRANT USAGE ON SCHEMA homeroom TO {role};

-- grant_tables --
-- Lets the reader's role read what answers rest on besides the generation.
GRANT SELECT ON homeroom.live, homeroom.revoked_token, homeroom.revoked_subject,
    homeroom.access_log, homeroom.change, homeroom.notification_preference,
    homeroom.student_notification_preference, homeroom.quiet_hours TO {role};
-- That there is a new one, and nothing of what it is about.
GRANT SELECT (id) ON homeroom.repair, homeroom.retry, homeroom.discard TO {role};

-- forget_admins_policy --
-- The policy is made anew by each migration.
DROP POLICY IF EXISTS admins ON homeroom.access_log;

-- make_admins_policy --
-- Nobody but admins reads who was denied what.
CREATE POLICY admins ON homeroom.access_log FOR SELECT TO {role}
    USING (nullif(current_setting('homeroom.admin_id', true), '') IS NOT NULL);

-- forget_followers_policy --
DROP POLICY IF EXISTS followers ON homeroom.change;

-- make_followers_policy --
-- The change feed names teachers: only a service follows it, who tells each teacher the own part.
CREATE POLICY followers ON homeroom.change FOR SELECT TO {role}
    USING (nullif(current_setting('homeroom.service_id', true), '') IS NOT NULL);

-- forget_preferences_policy --
DROP POLICY IF EXISTS own ON homeroom.notification_preference;

-- make_preferences_policy --
-- A teacher sees the own preferences.
CREATE POLICY own ON homeroom.notification_preference FOR SELECT TO {role}
    USING (teacher_id = nullif(current_setting('homeroom.teacher_id', true), ''));

-- forget_nudges_policy --
DROP POLICY IF EXISTS own ON homeroom.student_notification_preference;

-- make_nudges_policy --
-- A student sees the own preferences.
CREATE POLICY own ON homeroom.student_notification_preference FOR SELECT TO {role}
    USING (student_id = nullif(current_setting('homeroom.student_id', true), ''));

-- forget_quiet_policy --
DROP POLICY IF EXISTS own ON homeroom.quiet_hours;

-- make_quiet_policy --
-- And the own quiet hours.
CREATE POLICY own ON homeroom.quiet_hours FOR SELECT TO {role}
    USING (student_id = nullif(current_setting('homeroom.student_id', true), ''));
