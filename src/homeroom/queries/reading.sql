-- prepare_session --
-- What every session of the query service is: the reader's role, UTC, one snapshot for all
-- statements of a read, no writing, and never a query without an end.
SET ROLE homeroom_reader;
SET timezone = 'UTC';
SET jit = off;
-- Every statement finds its rows by key; planning one anew takes longer than running it.
SET plan_cache_mode = force_generic_plan;
SET statement_timeout = '10s';
SET transaction_timeout = '15s';
SET default_transaction_isolation = 'repeatable read';
SET default_transaction_read_only = on;

-- enter --
-- First statement of every read: it takes the snapshot, finds the live generation in it (or the one
-- that the service is for), and whether the caller's token was revoked. It sets, for this
-- transaction alone, all that must not be what somebody else has left: the role, no writing, the
-- generation, and whose rows row-level security is to show.
-- The temporary schema is named last, so that no temporary table can shadow a projection.
SELECT coalesce(%(generation)s::text, l.schema)::text AS generation,
       EXISTS (SELECT FROM homeroom.revoked_token r WHERE r.jti = %(jti)s::text) AS revoked,
       set_config('role', 'homeroom_reader', true),
       set_config('transaction_read_only', 'on', true),
       set_config('search_path', quote_ident(coalesce(%(generation)s::text, l.schema)) || ', pg_temp',
                  true),
       set_config('homeroom.student_id', %(student_id)s::text, true),
       set_config('homeroom.teacher_id', %(teacher_id)s::text, true)
FROM homeroom.live l;

-- stamp --
-- What an answer's headers say of the generation, where nothing can be incomplete.
SELECT max(p.newest_time)::timestamptz AS as_of, NULL::timestamptz AS since
FROM positions p;
