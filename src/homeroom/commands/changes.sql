-- prune --
-- The oldest ones, up to the first that is kept: between two that are there none is missing. The
-- newest stays, so that it is known how far the feed is.
WITH oldest AS (
    SELECT c.id, c.at >= now() - make_interval(secs => %(seconds)s) AS kept
    FROM homeroom.change c
    ORDER BY c.id
    LIMIT %(limit)s
)
DELETE FROM homeroom.change c
USING oldest o
WHERE c.id = o.id
  AND o.id < least((SELECT min(k.id) FROM oldest k WHERE k.kept),
                   (SELECT max(n.id) FROM homeroom.change n));
