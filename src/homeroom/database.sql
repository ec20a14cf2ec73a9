-- empty_session --
-- Nothing of whoever had the session before: no temporary table, lock, prepared statement, setting.
DISCARD ALL;

-- begin_session --
-- All that our code relies on, whatever database, role or dump say. The last are the server's side
-- of the network: a client that vanished lets go its locks.
SELECT set_config('application_name', %(application)s, false),
       set_config('client_encoding', 'UTF8', false),
       set_config('search_path', 'pg_catalog, pg_temp', false),
       set_config('timezone', 'UTC', false),
       set_config('datestyle', 'ISO, MDY', false),
       set_config('intervalstyle', 'postgres', false),
       set_config('bytea_output', 'hex', false),
       set_config('extra_float_digits', '1', false),
       set_config('xmloption', 'content', false),
       set_config('standard_conforming_strings', 'on', false),
       set_config('quote_all_identifiers', 'off', false),
       set_config('array_nulls', 'on', false),
       set_config('transform_null_equals', 'off', false),
       set_config('row_security', 'on', false),
       set_config('check_function_bodies', 'on', false),
       set_config('client_min_messages', 'warning', false),
       set_config('default_transaction_isolation', 'read committed', false),
       set_config('default_transaction_deferrable', 'off', false),
       set_config('statement_timeout', '0', false),
       set_config('lock_timeout', '0', false),
       set_config('transaction_timeout', '0', false),
       set_config('idle_session_timeout', '0', false),
       set_config('idle_in_transaction_session_timeout', %(idle)s, false),
       set_config('plan_cache_mode', 'auto', false),
       set_config('gin_fuzzy_search_limit', '0', false),
       set_config('tcp_keepalives_idle', '5', false),
       set_config('tcp_keepalives_interval', '2', false),
       set_config('tcp_keepalives_count', '3', false),
       set_config('tcp_user_timeout', '30s', false),
       set_config('client_connection_check_interval', '5s', false);
