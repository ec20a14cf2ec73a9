-- totals track_id
-- How many published modules a track has.
SELECT m.track_id, count(*) AS modules
FROM track_modules m
WHERE m.track_id IS NOT NULL
GROUP BY m.track_id;
