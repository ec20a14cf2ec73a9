-- rows assessment_id
-- index teacher_id, school_id, student_id, assessed_at DESC, assessment_id
-- index teacher_id, school_id, assessed_at DESC, assessment_id
-- What teachers of schools assessed.
SELECT a.assessment_id, a.student_id, a.school_id, a.teacher_id, a.class_id, a.title, a.kind, a.score,
       a.max_score, a.assessed_at
FROM assessment a;
