-- prepare_session --
-- A command waits at most for another command of the same student, and nothing in it takes long.
SELECT set_config('jit', 'off', false),
       set_config('statement_timeout', '10s', false),
       set_config('transaction_timeout', '15s', false);
