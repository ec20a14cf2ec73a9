-- rows recommendation_id
-- index student_id, expires_at
-- index told_at
-- What the coach recommends and nobody dismissed.
SELECT r.recommendation_id, r.student_id, r.title, r.reason, r.url, r.mission_id, r.priority,
       r.expires_at, r.told_at
FROM recommendation r
WHERE NOT r.dismissed;
