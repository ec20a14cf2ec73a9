-- rows module_id, mission_id
-- index track_id, rank, mission_id
-- The missions that modules recommend and that are offered. The rank has the easiest first.
SELECT r.module_id, r.mission_id, r.track_id, m.title, m.difficulty,
       CASE WHEN m.difficulty = 'beginner' THEN 1 WHEN m.difficulty = 'intermediate' THEN 2
            ELSE 3 END AS rank
FROM module_recommendations r
JOIN mission m ON m.mission_id = r.mission_id
WHERE NOT m.retired;
