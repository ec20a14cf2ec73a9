-- one_column --
-- One collation, whatever the column's: statements that read keys of many tables are prepared, and
-- their results must not change their type.
coalesce({}::text, '') COLLATE "C"

-- several_columns --
-- The texts joined by a slash, or as a JSON array where a slash would be ambiguous.
CASE WHEN strpos(concat({texts}), '/') > 0 OR starts_with({first}::text, '[')
     THEN json_build_array({texts})::text
     ELSE concat_ws('/', {texts}) END COLLATE "C"
