-- end_successor --
-- Leaves no generation between the previous and the live one that could be removed meanwhile.
UPDATE homeroom.generation SET state = 'ended' WHERE name = %(next)s AND state <> 'ended'

-- swap --
-- Ends the generation before the previous one, and names the next one as what is live.
WITH ended AS (
    UPDATE homeroom.generation SET state = 'ended', keep_until = now()
    WHERE state = 'previous' AND name <> %(next)s
)
UPDATE homeroom.live SET schema = %(next)s WHERE schema = %(live)s

-- keep_previous --
UPDATE homeroom.generation SET state = 'previous', keep_until = now() + %(keep)s * interval '1 s'
WHERE name = %(live)s

-- make_live --
UPDATE homeroom.generation SET state = 'live', keep_until = NULL WHERE name = %(next)s

-- end_rebuild --
-- A rebuild that is killed right behind its swap must not be found unfinished.
UPDATE homeroom.rebuild SET ended_at = now(), outcome = 'swapped'
WHERE generation = %(next)s AND ended_at IS NULL

-- note_left --
-- A worker does not make again by itself what an operator has left. A rebuild outlives its generation.
UPDATE homeroom.rebuild SET options = options || jsonb_build_object('left', %(left)s::text)
WHERE id = (SELECT max(id) FROM homeroom.rebuild WHERE generation = %(live)s)

-- note_live --
-- What is live again may be made again.
UPDATE homeroom.rebuild SET options = options - 'left' WHERE options ->> 'left' = %(taken)s

-- was_left --
-- Whether an operator has left what was made by this code, and nobody has made it live since.
SELECT EXISTS (SELECT FROM homeroom.rebuild WHERE options ->> 'left' = %s)

-- question_numbers --
-- Commands are refused until the numbers of the live generation are level with the log.
UPDATE homeroom.numbering SET identity = NULL, asked = asked + 1

-- tell_anew --
-- Whoever follows the change feed begins anew: what it told was of the generation before, or of rows
-- that were repaired since.
WITH told AS (INSERT INTO homeroom.change (relation, key, owner) VALUES ('', '', '{}') RETURNING id)
SELECT pg_notify('homeroom_changes', '') FROM told
