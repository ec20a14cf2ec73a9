-- rows subject_id
-- index sorted_as, subject_id
-- The subjects that were ever taught: marks in one that is retired keep its name. An index holds no
-- text of any length.
SELECT s.subject_id, s.name, left(s.name, 200) AS sorted_as, s.retired
FROM subject s;
