-- totals question_bank_id
-- How many questions a bank has, whoever wrote them.
SELECT q.question_bank_id, count(*) AS questions
FROM teacher_questions q
WHERE q.question_bank_id IS NOT NULL
GROUP BY q.question_bank_id;
