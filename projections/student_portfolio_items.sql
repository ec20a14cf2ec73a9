-- rows item_id
-- index student_id
-- What students show of their work, without what they took away.
SELECT i.item_id, i.student_id, i.title, i.status, i.added_at
FROM portfolio_item i
WHERE NOT i.removed;
