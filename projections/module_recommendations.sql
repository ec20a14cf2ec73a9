-- rows module_id, mission_id
-- index track_id
-- Which missions the published modules recommend, known or not.
SELECT m.module_id, i.item AS mission_id, m.track_id
FROM module m
CROSS JOIN LATERAL distinct_items(m.recommended_missions, NULL) AS i(item)
WHERE NOT m.retired;
