-- known_roles --
-- Which of these roles the cluster knows.
SELECT rolname::text FROM pg_roles WHERE rolname = ANY (%s);

-- policies --
-- Which tables of a generation have which policies.
SELECT tablename::text, policyname::text FROM pg_policies WHERE schemaname = %s;

-- closed --
-- Which tables of a generation have walls, but no policy of this name.
SELECT c.relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = %(schema)s AND c.relkind = 'r' AND c.relrowsecurity
  AND NOT EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = %(policy)s);

-- may_own --
-- Whether there is this role, and the current user may make things its own.
SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = %(role)s AND pg_has_role(oid, 'SET'));

-- owned_by_others --
-- What of a generation is somebody else's: the schema, tables, views and functions, each as ALTER names it.
SELECT format('SCHEMA %%I', n.nspname) FROM pg_namespace n
WHERE n.nspname = %(schema)s AND n.nspowner <> %(owner)s::regrole
UNION ALL
SELECT format('TABLE %%I.%%I', n.nspname, c.relname)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = %(schema)s AND c.relkind IN ('r', 'v') AND c.relowner <> %(owner)s::regrole
UNION ALL
SELECT format('FUNCTION %%s', p.oid::regprocedure)
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE n.nspname = %(schema)s AND p.proowner <> %(owner)s::regrole;
