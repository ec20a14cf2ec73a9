-- identify --
-- The number of the generation that has a name now.
SELECT id FROM homeroom.generation WHERE name = %s;

-- share --
-- The lock of a generation, among others who write into it.
SELECT pg_advisory_xact_lock_shared(%s, %s::integer);

-- take --
-- The same, alone.
SELECT pg_advisory_xact_lock(%s, %s::integer);

-- standing --
-- Behind the lock: what the generation is by now; no row where it is gone.
SELECT state, discards_seen FROM homeroom.generation WHERE id = %s;

-- live --
-- Behind the lock: which generation is live by now.
SELECT schema::text FROM homeroom.live;
