-- rows payment_id
-- index teacher_id, school_id, earned_at DESC, payment_id
-- index teacher_id, school_id, processed_at DESC, payment_id
-- What teachers earned at schools, and when it was paid.
SELECT p.payment_id, p.teacher_id, p.school_id, p.amount, p.currency, p.earned_at, p.processed_at
FROM payment p;
