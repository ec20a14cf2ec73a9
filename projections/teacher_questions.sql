-- rows question_id
-- Who wrote which question, in a bank or in none.
SELECT q.question_id, q.created_by AS teacher_id, q.organization_id, q.question_bank_id
FROM question q
WHERE NOT q.deleted;
