-- teaches_there --
-- Whether the caller teaches at the school {school}: an active membership as teacher, and the school
-- is not closed.
EXISTS (SELECT FROM school_teachers h
        WHERE h.school_id = {school} AND h.teacher_id = me.teacher_id)

-- school --
-- The school that is asked for, where the caller teaches there; without one the first by name.
SELECT h.school_id::text AS id, h.name::text AS name, h.time_zone::text AS time_zone
FROM school_teachers h
WHERE h.teacher_id = me.teacher_id
  AND (%(school_id)s::text IS NULL OR h.school_id = %(school_id)s::text)
ORDER BY h.sorted_as, h.school_id
LIMIT 1

-- schools --
-- The schools of a teacher, by name.
SELECT h.school_id::text AS id, h.name::text AS name, h.time_zone::text AS time_zone
FROM school_teachers h
WHERE h.teacher_id = me.teacher_id
ORDER BY h.sorted_as, h.school_id
LIMIT 50
