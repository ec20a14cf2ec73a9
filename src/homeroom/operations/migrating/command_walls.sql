-- habit_log --
-- Days of the student's own habits have numbers.
EXISTS (SELECT FROM student_habits h
        WHERE h.habit_id = habit_log.habit_id AND h.student_id = {student_id})

-- subjects_without_row --
-- Keys of subjects that commands number. Those of receipts name the teacher.
CASE WHEN entity = 'notification_receipt' THEN split_part(key, '/', 2) = {teacher_id}
     WHEN entity = 'habit_log' THEN {student_id} IS NOT NULL
     WHEN entity = 'mark' THEN coalesce({teacher_id}, {admin_id}) IS NOT NULL
     WHEN entity IN ('class_assignment', 'subject_assignment') THEN {admin_id} IS NOT NULL
     ELSE false END

-- mark --
-- Which ids are taken; nothing else of a mark.
coalesce({teacher_id}, {admin_id}) IS NOT NULL

-- class_assignment --
-- An admin assigns, and must know each id that is taken, of whatever realm.
{admin_id} IS NOT NULL

-- subject_assignment --
{admin_id} IS NOT NULL

-- teacher --
-- Whether one was deactivated.
{admin_id} IS NOT NULL

-- notification_receipt --
teacher_id = {teacher_id}

-- resource --
teacher_id = {teacher_id}
