-- rows notification_id, teacher_id, channel
-- Over which channels a notification reached a teacher, and when.
SELECT d.notification_id, d.teacher_id, d.channel, d.made_at
FROM notification_delivery d;
