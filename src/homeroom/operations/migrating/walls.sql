-- habit_log_sent --
-- What clients of a student sent.
student_id = {student_id}

-- habit_log_number --
-- Numbers of days of habits, which name nobody.
{student_id} IS NOT NULL

-- teacher_assignment --
-- An admin assigns, and must know each id that is taken, of whatever realm.
{admin_id} IS NOT NULL

-- notification_receipt --
teacher_id = {teacher_id}

-- notification_preference --
teacher_id = {teacher_id}

-- student_notification_preference --
student_id = {student_id}

-- quiet_hours --
student_id = {student_id}

-- person_language --
CASE role WHEN 'student' THEN person_id = {student_id} ELSE person_id = {teacher_id} END

-- push_subscription --
-- A browser is that of whoever registered it last, whoever had it before: its address is a secret.
coalesce({student_id}, {teacher_id}) IS NOT NULL

-- resource --
teacher_id = {teacher_id}

-- ticket --
-- Whoever brings a ticket is nobody yet: the service itself takes it.
coalesce({service_id}, {teacher_id}) IS NOT NULL

-- request_count --
-- The service itself counts requests, and what a student sends counts with it, in one transaction.
{service_id} IS NOT NULL OR caller = 'student/' || {student_id}

-- ingested_event --
-- Ids of events that a service brought: no other service meets them.
service = {service_id}
