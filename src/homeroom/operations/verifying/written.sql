-- any_row --
-- Whether a table has a row.
SELECT EXISTS (SELECT FROM {table});
