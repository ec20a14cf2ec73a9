-- prepare_session --
-- What every session of the query service is: the reader's role, UTC, and never a query without
-- an end. It begins by undoing whatever the last user of the connection left.
RESET ALL;
DISCARD TEMP;
SET ROLE homeroom_reader;
SET timezone = 'UTC';
SET jit = off;
SET statement_timeout = '10s';
SET transaction_timeout = '15s';

-- stay_in --
-- The session reads one generation, whichever is live.
SELECT set_config('homeroom.generation', %(generation)s, false);

-- begin --
-- One snapshot for all statements of a read, and no writing.
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;

-- enter_live_generation --
-- First query of every read: it takes the snapshot, and finds the live generation in it (or the
-- one that the session is for). It says as well whose rows row-level security is to show.
-- The temporary schema is named last, so that no temporary table can shadow a projection.
SELECT set_config('search_path',
                  (SELECT quote_ident(coalesce(nullif(current_setting('homeroom.generation', true), ''),
                                               l.schema)) || ', pg_temp'
                   FROM homeroom.live l), true),
       set_config('homeroom.student_id', %(student_id)s, true),
       set_config('homeroom.teacher_id', %(teacher_id)s, true);

-- stamp --
-- What an answer's headers say of the generation, and whether the caller's token was revoked.
SELECT coalesce(nullif(current_setting('homeroom.generation', true), ''), l.schema)::text
           AS generation,
       (SELECT max(p.newest_time) FROM positions p)::timestamptz AS as_of,
       EXISTS (SELECT FROM homeroom.revoked_token r WHERE r.jti = %(jti)s) AS revoked
FROM homeroom.live l;

-- commit --
-- Nothing was written; it ends the snapshot.
COMMIT;
