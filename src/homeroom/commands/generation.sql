-- enter --
-- What follows in this transaction finds the live generation's tables by their bare names. The
-- temporary schema is named last, so that no temporary table can shadow one of them.
SELECT set_config('search_path',
                  (SELECT quote_ident(l.schema) || ', pg_temp' FROM homeroom.live l), true);
