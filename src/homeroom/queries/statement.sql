-- prepare_session --
-- What every session of the query service is: the reader's role, UTC, no writing, and never a query
-- without an end.
SET ROLE homeroom_reader;
SET timezone = 'UTC';
SET jit = off;
-- Every statement finds its rows by key: planning one anew takes longer than running it.
SET plan_cache_mode = force_generic_plan;
SET statement_timeout = '10s';
SET transaction_timeout = '15s';
SET default_transaction_read_only = on;

-- enter --
-- The session reads the live generation, or the one that the service is for.
-- The temporary schema is named last, so that no temporary table can shadow a projection.
SELECT set_config('search_path',
                  quote_ident(coalesce(%(generation)s::text, l.schema)) || ', pg_temp', false)
FROM homeroom.live l;

-- me --
-- Part of every read. Which generation is to be read, and whether the session is there (and is what
-- it must be, whatever was done with it since); whether the caller's token was revoked; and whose
-- rows row-level security is to show, until the end of this transaction.
SELECT coalesce(%(generation)s::text, l.schema)::text AS generation,
       (current_setting('search_path')
            = quote_ident(coalesce(%(generation)s::text, l.schema)) || ', pg_temp'
        AND current_user = 'homeroom_reader'
        AND current_setting('timezone') = 'UTC'
        AND current_setting('transaction_read_only') = 'on')::boolean AS there,
       {revoked} AS revoked,
       set_config('homeroom.student_id', %(student_id)s::text, true) AS student_id,
       set_config('homeroom.teacher_id', %(teacher_id)s::text, true) AS teacher_id,
       set_config('homeroom.organization_id', %(organization_id)s::text, true) AS organization_id,
       set_config('homeroom.admin_id', %(admin_id)s::text, true) AS admin_id,
       set_config('homeroom.service_id', %(service_id)s::text, true) AS service_id
FROM homeroom.live l

-- revoked --
-- Part of what is asked for a caller: whether the token was revoked.
(EXISTS (SELECT FROM homeroom.revoked_token r WHERE r.jti = %(jti)s::text)
 OR EXISTS (SELECT FROM homeroom.revoked_subject s
            WHERE s.subject = %(subject)s::text
              AND coalesce(%(issued_at)s::bigint, 0)
                  <= floor(extract(epoch FROM s.revoked_at))::bigint))::boolean

-- ended_teacher_id --
-- Part of a read for a teacher: whether the teacher's rights have ended, who was deactivated. Whom
-- nobody has heard of yet has what the token says.
SELECT EXISTS (SELECT FROM deactivated_teachers t WHERE t.teacher_id = me.teacher_id) AS ended

-- ended_student_id --
-- Part of a read for a student: the same.
SELECT EXISTS (SELECT FROM deactivated_students s WHERE s.student_id = me.student_id) AS ended

-- ended_admin_id --
-- Part of a read for an admin: whether the rights have ended of one of a realm, who is no admin of
-- it any more.
SELECT me.organization_id <> ''
       AND EXISTS (SELECT FROM memberships m
                   WHERE m.school_id = me.organization_id AND m.user_id = me.admin_id
                     AND (m.revoked_at IS NOT NULL OR m.role <> 'admin')) AS ended

-- ended_nobody --
-- Part of a read that is for none of them.
SELECT false AS ended

-- as_of --
-- Part of every read: the time of the newest event applied, and whether anything is incomplete that
-- may concern whom the read is for. Naming `me` has it looked at after it is said who that is.
SELECT max(p.newest_time)::timestamptz AS as_of,
       EXISTS (SELECT FROM incomplete i WHERE me.generation IS NOT NULL)::boolean AS is_incomplete
FROM positions p

-- since_never --
-- Part of a read that rests on nothing that could be incomplete.
SELECT NULL::timestamptz AS since

-- about_nothing --
-- Part of a read that has only rows.
SELECT

-- no_rows --
-- Part of a read that has none.
SELECT WHERE false
