-- page --
-- The rows that a number is made of: their keys and, of each, the value that matters; and how many
-- there are.
SELECT n.key, n.value, (count(*) OVER ())::bigint AS found
FROM ({rows}) AS n
ORDER BY n.value DESC, n.key
LIMIT %(limit)s::bigint

-- upcoming_exams --
-- The number: how many of the teacher's exams are scheduled for later than now.
SELECT ARRAY[e.exam_id, e.teacher_id]::text[] AS key, e.scheduled_at::text AS value
FROM teacher_exams e
WHERE e.teacher_id = me.teacher_id AND e.status = 'scheduled' AND e.sorted_at >= now()

-- school_students --
-- The number: how many students count in a class that the teacher has at the school, each once.
SELECT ARRAY[e.class_id, e.student_id]::text[] AS key, e.school_id::text AS value
FROM school_class_teachers t
JOIN school_class_students e ON e.class_id = t.class_id AND e.school_id = t.school_id
WHERE t.teacher_id = me.teacher_id AND t.school_id = %(school_id)s::text

-- sessions_today --
-- The number: how many of the teacher's sessions at the school begin today.
SELECT ARRAY[x.session_id]::text[] AS key, x.starts_at::text AS value
FROM teacher_sessions x
WHERE x.teacher_id = me.teacher_id AND x.school_id = %(school_id)s::text
  AND x.starts_at >= %(today_start)s::timestamptz AND x.starts_at < %(today_end)s::timestamptz

-- sessions_this_week --
-- The number: how many of them begin in this week, from Monday.
SELECT ARRAY[x.session_id]::text[] AS key, x.starts_at::text AS value
FROM teacher_sessions x
WHERE x.teacher_id = me.teacher_id AND x.school_id = %(school_id)s::text
  AND x.starts_at >= %(week_start)s::timestamptz AND x.starts_at < %(week_end)s::timestamptz

-- completion_rate --
-- The number: of the sessions of this week that were completed or cancelled, those that were
-- completed, in percent.
SELECT ARRAY[x.session_id]::text[] AS key, x.status::text AS value
FROM teacher_sessions x
WHERE x.teacher_id = me.teacher_id AND x.school_id = %(school_id)s::text
  AND x.starts_at >= %(range_start)s::timestamptz AND x.starts_at < %(range_end)s::timestamptz
  AND x.status IN ('completed', 'cancelled')

-- average_progress --
-- The number: the mean of the completion of the teacher's students at the school, in percent.
SELECT ARRAY[p.student_id, p.school_id, p.teacher_id]::text[] AS key, p.completion::text AS value
FROM ({students_meant}) AS s
JOIN school_student_progress p ON p.student_id = s.student_id
                              AND p.school_id = %(school_id)s::text
                              AND p.teacher_id = me.teacher_id
WHERE p.completion IS NOT NULL

-- students_improving --
-- The number: how many of the teacher's students have a higher mean in their last three assessments
-- than in the three before.
SELECT ARRAY[n.student_id, n.school_id, n.teacher_id]::text[] AS key, n.latest::text AS value
FROM ({students_meant}) AS s
JOIN school_assessment_means n ON n.student_id = s.student_id
                              AND n.school_id = %(school_id)s::text
                              AND n.teacher_id = me.teacher_id
WHERE n.latest > n.earlier

-- students_struggling --
-- The number: how many of them have a mean below 50 percent in their last three assessments.
SELECT ARRAY[n.student_id, n.school_id, n.teacher_id]::text[] AS key, n.latest::text AS value
FROM ({students_meant}) AS s
JOIN school_assessment_means n ON n.student_id = s.student_id
                              AND n.school_id = %(school_id)s::text
                              AND n.teacher_id = me.teacher_id
WHERE n.latest < 50

-- assessments_trend --
-- The numbers: the mean of the assessments of the teacher's students in each of the last eight weeks,
-- in percent of the maximum.
SELECT ARRAY[a.assessment_id]::text[] AS key, a.score::text AS value
FROM school_assessments a
WHERE a.teacher_id = me.teacher_id AND a.school_id = %(school_id)s::text
  AND a.assessed_at >= (%(weeks)s::timestamptz[])[1]
  AND a.assessed_at < (%(weeks)s::timestamptz[])[9]
  AND a.student_id IN (SELECT m.student_id FROM ({students_meant}) AS m)

-- earned_this_month --
-- The number: the sum of what was earned at the school in this month, in one currency.
SELECT ARRAY[p.payment_id]::text[] AS key, p.amount::text AS value
FROM teacher_payments p
WHERE p.teacher_id = me.teacher_id AND p.school_id = %(school_id)s::text
  AND p.currency = %(currency)s::text
  AND p.earned_at >= %(month_start)s::timestamptz AND p.earned_at < %(month_end)s::timestamptz

-- earned_last_month --
-- The number: the same of the month before.
SELECT ARRAY[p.payment_id]::text[] AS key, p.amount::text AS value
FROM teacher_payments p
WHERE p.teacher_id = me.teacher_id AND p.school_id = %(school_id)s::text
  AND p.currency = %(currency)s::text
  AND p.earned_at >= %(last_month_start)s::timestamptz AND p.earned_at < %(month_start)s::timestamptz

-- pending_payments --
-- The number: the sum of what was ever earned there and is not paid, in one currency.
SELECT ARRAY[p.payment_id]::text[] AS key, p.amount::text AS value
FROM teacher_payments p
WHERE p.teacher_id = me.teacher_id AND p.school_id = %(school_id)s::text
  AND p.currency = %(currency)s::text AND p.processed_at IS NULL

-- unread_notifications --
-- The number: how many notifications at the school are shown and not read.
SELECT ARRAY[s.notification_id]::text[] AS key, s.created_at::text AS value
FROM ({had}) AS s
WHERE {shows} AND s.read_at IS NULL

-- marks --
-- The number: the mean of these marks, with one decimal; or each of them. Of a whole class, those of who
-- is in it now.
SELECT ARRAY[m.mark_id]::text[] AS key, m.score::text AS value
FROM marks m
WHERE (%(class_id)s::text IS NULL OR m.class_id = %(class_id)s::text)
  AND (%(student_id)s::text IS NULL OR m.student_id = %(student_id)s::text)
  AND (%(subject_id)s::text IS NULL OR m.subject_id = %(subject_id)s::text)
  AND (%(student_id)s::text IS NOT NULL
       OR EXISTS (SELECT FROM student_classes k
                  WHERE k.class_id = m.class_id AND k.student_id = m.student_id))
  AND {mark_seen}

-- workload_classes --
-- The number: how many classes of the realm the teacher is assigned to, each once.
SELECT ARRAY[a.assignment_id]::text[] AS key, a.class_id::text AS value
FROM class_assignments a
JOIN classes c ON c.class_id = a.class_id
WHERE a.teacher_id = %(user_id)s::text AND me.admin_id <> '' AND {class_of_realm}

-- workload_subjects --
-- The number: how many subjects the teacher is assigned to, each once.
SELECT ARRAY[a.assignment_id]::text[] AS key, a.subject_id::text AS value
FROM subject_assignments a
WHERE a.teacher_id = %(user_id)s::text AND me.admin_id <> ''

-- workload_students --
-- The number: how many students are in these classes, each once.
SELECT ARRAY[s.class_id, s.student_id]::text[] AS key, s.student_id::text AS value
FROM (SELECT DISTINCT a.class_id FROM class_assignments a
      WHERE a.teacher_id = %(user_id)s::text) AS a
JOIN classes c ON c.class_id = a.class_id
JOIN student_classes s ON s.class_id = a.class_id
WHERE me.admin_id <> '' AND {class_of_realm}

-- streak --
-- The number: the days of the longest of these runs, up to today. A run that ended yesterday counts
-- until today is logged as not done.
SELECT ARRAY[r.habit_id, r.first_day]::text[] AS key, r.last_day::text AS value
FROM habit_runs r
JOIN student_habits h ON h.habit_id = r.habit_id AND h.student_id = r.student_id
WHERE r.student_id = me.student_id AND NOT h.stopped AND r.done
  AND r.first_day <= %(today)s::text AND r.last_day >= %(yesterday)s::text
  AND (%(habit_id)s::text IS NULL OR r.habit_id = %(habit_id)s::text)

-- days_done --
-- The number: how many days of the last twelve weeks one of these runs has.
SELECT ARRAY[r.habit_id, r.first_day]::text[] AS key, r.last_day::text AS value
FROM habit_runs r
JOIN student_habits h ON h.habit_id = r.habit_id AND h.student_id = r.student_id
WHERE r.student_id = me.student_id AND NOT h.stopped AND r.done
  AND r.first_day <= %(today)s::text AND r.last_day >= %(first_week)s::text

-- goals_today --
-- The numbers: how many goals are due today, and how many of them are reached: those with a time.
SELECT ARRAY[g.goal_id]::text[] AS key, g.completed_at::text AS value
FROM student_goals g
WHERE g.student_id = me.student_id AND g.due_on = %(today)s::text

-- missions_in_review --
-- The number: how many missions wait for a review, or are in one.
SELECT ARRAY[m.mission_id, m.student_id]::text[] AS key, m.status::text AS value
FROM student_missions m
WHERE m.student_id = me.student_id AND m.status IN ('in_review', 'pending')

-- readiness_scores --
-- The numbers: the score of each day of the last twelve weeks that has one.
SELECT ARRAY[r.student_id, r.scored_on]::text[] AS key, r.score::text AS value
FROM student_readiness_scores r
WHERE r.student_id = me.student_id AND r.scored_on >= %(first_score)s::text
