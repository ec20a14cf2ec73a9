-- prepare_session --
-- Read-only snapshots, and plans by index: the plans of a few rows must not become those of a table.
SELECT set_config('statement_timeout', %s, false),
       set_config('default_transaction_isolation', 'repeatable read', false),
       set_config('default_transaction_read_only', 'on', false),
       set_config('jit', 'off', false),
       set_config('random_page_cost', '1.1', false),
       set_config('enable_hashjoin', 'off', false),
       set_config('enable_mergejoin', 'off', false),
       set_config('enable_seqscan', 'off', false),
       set_config('timezone', 'UTC', false);

-- end_of_range --
-- The value of the key's first column that ends the next range of rows.
SELECT {first} FROM {table} WHERE {after} ORDER BY {first} LIMIT 1 OFFSET {rows};
