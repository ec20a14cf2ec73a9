-- rows question_bank_id
-- index teacher_id, created_at DESC, question_bank_id
-- The question banks of standalone teachers, with all their questions.
SELECT b.question_bank_id, b.created_by AS teacher_id, b.name, b.subject, b.class_label, b.status,
       b.created_at, coalesce(n.questions, 0) AS total_questions
FROM question_bank b
LEFT JOIN question_bank_totals n ON n.question_bank_id = b.question_bank_id
WHERE NOT b.deleted AND b.organization_id IS NULL;
