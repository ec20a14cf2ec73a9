-- rows notification_id
-- index teacher_id, created_at, notification_id
-- index school_id, teacher_id, created_at, notification_id
-- feed teacher_id, school_id
-- What teachers are told. Without a teacher it is for everybody who teaches at the school, without a
-- school it shows at every school of the teacher.
SELECT n.notification_id, n.teacher_id, n.school_id, n.kind, n.title, n.message, n.action_url,
       n.created_at, n.expires_at
FROM notification n;
