-- follow --
-- What the session that follows the change feed is: a service, as row-level security knows it.
SELECT set_config('homeroom.service_id', 'homeroom', false);

-- listen_to_changes --
-- Workers notify in each commit that tells a change.
LISTEN homeroom_changes;

-- listen_to_tokens --
-- Whoever revokes a token notifies by its id, or whose it is.
LISTEN homeroom_tokens;

-- identity --
-- Another database, or this one at another time, has another.
SELECT homeroom.identity();

-- after --
-- What was told after a change, in the order of commits.
SELECT c.id, c.relation, c.key, c.owner->>'teacher_id', c.owner->>'school_id'
FROM homeroom.change c
WHERE c.id > %(after)s
ORDER BY c.id
LIMIT %(limit)s;

-- standing --
-- Where the feed begins and how far it is. Its newest change is never deleted.
SELECT coalesce(min(c.id), 1)::bigint AS oldest, coalesce(max(c.id), 0)::bigint AS newest
FROM homeroom.change c

-- missed --
-- What concerns a teacher at a school of what was told after a change, and where all begins anew.
SELECT c.id::bigint AS id, c.relation::text AS relation, c.key::text AS key,
       (c.owner->>'teacher_id')::text AS teacher_id, (c.owner->>'school_id')::text AS school_id
FROM homeroom.change c
WHERE c.id > %(after)s::bigint
  AND (c.relation = '' OR c.owner->>'teacher_id' = %(teacher_id)s::text
       OR c.owner->>'teacher_id' IS NULL AND c.owner->>'school_id' = %(school_id)s::text)
ORDER BY c.id
