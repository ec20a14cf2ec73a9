-- rows notification_id, teacher_id
-- feed teacher_id
-- When a teacher read a notification, and when it was dismissed.
SELECT r.notification_id, r.teacher_id, r.read_at, r.dismissed_at
FROM notification_receipt r;
