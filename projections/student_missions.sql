-- rows mission_id, student_id
-- index student_id, updated_at DESC, mission_id
-- index student_id, status
-- index status, deadline_at
-- index decided_at
-- How students get on with missions that are known, retired ones too.
SELECT p.mission_id, p.student_id, m.title, m.difficulty, m.competencies, p.status,
       p.ai_score, p.ai_feedback, p.mentor_score, p.mentor_feedback, p.deadline_at, p.next_action,
       p.submitted_at, p.decided_at, p.updated_at
FROM mission_progress p
JOIN mission m ON m.mission_id = p.mission_id;
