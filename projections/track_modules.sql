-- rows module_id
-- index track_id, position, module_id
-- The published modules of tracks.
SELECT m.module_id, m.track_id, m.title, m.position
FROM module m
WHERE NOT m.retired;
