-- known --
-- Whether there is the table that says which database this is.
SELECT to_regclass('homeroom.database') IS NOT NULL;

-- read --
-- The id of this database, and whether it was drawn for it.
SELECT d.id, d.identity = homeroom.identity() FROM homeroom.database d;

-- draw --
-- A new id, for a database that is a copy of the one that the id was drawn for.
UPDATE homeroom.database SET id = left(md5(gen_random_uuid()::text), 8), identity = homeroom.identity()
WHERE identity <> homeroom.identity();

-- read_id --
-- The id alone, which a standby can tell as well.
SELECT d.id FROM homeroom.database d;
