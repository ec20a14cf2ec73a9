-- prepare_session --
-- A command waits at most for another command of the same student, and nothing in it takes long.
SELECT set_config('jit', 'off', false),
       set_config('statement_timeout', '10s', false),
       set_config('transaction_timeout', '15s', false);

-- name_whom --
-- For whom a command is: row-level security shows the login of the query service the rows of whom this
-- names, until another command is next on this connection.
SELECT set_config('homeroom.student_id', %(student_id)s, false),
       set_config('homeroom.teacher_id', %(teacher_id)s, false),
       set_config('homeroom.organization_id', %(organization_id)s, false),
       set_config('homeroom.admin_id', %(admin_id)s, false),
       set_config('homeroom.service_id', %(service_id)s, false);
