-- rows resource_id, class_id
-- index class_id, resource_id
-- With which classes clean files are shared.
SELECT r.resource_id, i.item AS class_id, r.teacher_id, r.school_id
FROM resource r
CROSS JOIN LATERAL distinct_items(r.class_ids, NULL) AS i(item)
WHERE r.with_students AND r.status = 'clean' AND NOT r.removed;
