-- end --
-- Ends a previous generation, unless a rollback has made it live since its state was read.
UPDATE homeroom.generation SET state = 'ended', keep_until = now()
WHERE name = %s AND state IN ('previous', 'ended')

-- hold_live --
-- Keeps the live generation live until the transaction ends.
SELECT schema FROM homeroom.live FOR SHARE

-- forget --
DELETE FROM homeroom.generation WHERE name = %s
