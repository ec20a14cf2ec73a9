-- teachers --
-- An admin of a realm sees its teachers, one of the platform all.
CASE WHEN {teacher_id} IS NOT NULL THEN teacher_id = {teacher_id}
     WHEN {organization_id} IS NOT NULL THEN EXISTS (
         SELECT FROM organization_teachers o
         WHERE o.organization_id = {organization_id} AND o.teacher_id = teachers.teacher_id OFFSET 0)
     ELSE {admin_id} IS NOT NULL END

-- memberships --
-- An admin's own, by which rights end, and those of the own realm.
CASE WHEN {organization_id} IS NOT NULL THEN school_id = {organization_id}
     ELSE {admin_id} IS NOT NULL END

-- organization_teachers --
CASE WHEN {teacher_id} IS NOT NULL THEN teacher_id = {teacher_id}
     WHEN {organization_id} IS NOT NULL THEN organization_id = {organization_id}
     ELSE {admin_id} IS NOT NULL END

-- organization_students --
CASE WHEN {student_id} IS NOT NULL THEN student_id = {student_id}
     WHEN {organization_id} IS NOT NULL THEN organization_id = {organization_id}
     ELSE {admin_id} IS NOT NULL END

-- organization_enrollments --
-- A teacher sees who is in the classes that the teacher has at a school.
CASE WHEN {student_id} IS NOT NULL THEN student_id = {student_id}
     WHEN {teacher_id} IS NOT NULL
     THEN (organization_id, class_id) IN (
         SELECT t.school_id, t.class_id
         FROM school_class_teachers t
         WHERE t.teacher_id = {teacher_id})
     ELSE organization_id = {organization_id} END

-- teacher_assignments --
-- Whoever graded something of an assignment sees it, whoever made it.
CASE WHEN {teacher_id} IS NOT NULL
     THEN teacher_id = {teacher_id} OR EXISTS (
         SELECT FROM teacher_assignment_grades g
         WHERE g.assignment_id = teacher_assignments.assignment_id
           AND g.teacher_id = {teacher_id} OFFSET 0)
     ELSE false END

-- class_submissions --
-- And who handed in of it, which an answer of that assignment counts.
CASE WHEN {student_id} IS NOT NULL THEN student_id = {student_id}
     WHEN {teacher_id} IS NOT NULL
     THEN teacher_id = {teacher_id} OR EXISTS (
         SELECT FROM teacher_assignment_grades g
         WHERE g.assignment_id = possible.assignment_id
           AND g.teacher_id = {teacher_id} OFFSET 0)
     ELSE false END

-- teacher_questions --
-- Whose bank it is sees all its questions, whoever wrote them.
CASE WHEN {teacher_id} IS NOT NULL
     THEN teacher_id = {teacher_id} OR EXISTS (
         SELECT FROM teacher_question_banks b
         WHERE b.question_bank_id = teacher_questions.question_bank_id
           AND b.teacher_id = {teacher_id} OFFSET 0)
     ELSE organization_id = {organization_id} END

-- class_assignments --
-- Of a realm's teacher and a realm's class.
CASE WHEN {teacher_id} IS NOT NULL THEN teacher_id = {teacher_id}
     WHEN {organization_id} IS NOT NULL
     THEN organization_id = {organization_id} AND EXISTS (
         SELECT FROM organization_teachers o
         WHERE o.organization_id = {organization_id}
           AND o.teacher_id = class_assignments.teacher_id OFFSET 0)
     ELSE {admin_id} IS NOT NULL END

-- class_assignment_history --
CASE WHEN {teacher_id} IS NOT NULL THEN teacher_id = {teacher_id}
     WHEN {organization_id} IS NOT NULL
     THEN organization_id = {organization_id} AND EXISTS (
         SELECT FROM organization_teachers o
         WHERE o.organization_id = {organization_id}
           AND o.teacher_id = class_assignment_history.teacher_id OFFSET 0)
     ELSE {admin_id} IS NOT NULL END

-- subject_assignments --
-- Subjects are everybody's, so the teacher alone decides.
CASE WHEN {teacher_id} IS NOT NULL THEN teacher_id = {teacher_id}
     WHEN {organization_id} IS NOT NULL THEN EXISTS (
         SELECT FROM organization_teachers o
         WHERE o.organization_id = {organization_id}
           AND o.teacher_id = subject_assignments.teacher_id OFFSET 0)
     ELSE {admin_id} IS NOT NULL END

-- subject_assignment_history --
CASE WHEN {teacher_id} IS NOT NULL THEN teacher_id = {teacher_id}
     WHEN {organization_id} IS NOT NULL THEN EXISTS (
         SELECT FROM organization_teachers o
         WHERE o.organization_id = {organization_id}
           AND o.teacher_id = subject_assignment_history.teacher_id OFFSET 0)
     ELSE {admin_id} IS NOT NULL END

-- classes --
-- A teacher sees own ones, and those of an assignment.
CASE WHEN {teacher_id} IS NOT NULL
     THEN teacher_id = {teacher_id} OR class_id IN (
         SELECT a.class_id FROM class_assignments a WHERE a.teacher_id = {teacher_id})
     WHEN {organization_id} IS NOT NULL THEN organization_id = {organization_id}
     ELSE {admin_id} IS NOT NULL END

-- student_classes --
CASE WHEN {student_id} IS NOT NULL THEN student_id = {student_id}
     WHEN {teacher_id} IS NOT NULL
     THEN teacher_id = {teacher_id} OR class_id IN (
         SELECT a.class_id FROM class_assignments a WHERE a.teacher_id = {teacher_id})
     WHEN {organization_id} IS NOT NULL THEN EXISTS (
         SELECT FROM classes c
         WHERE c.class_id = student_classes.class_id
           AND c.organization_id = {organization_id} OFFSET 0)
     ELSE {admin_id} IS NOT NULL END

-- students --
-- A teacher sees who is in a class that the teacher sees.
CASE WHEN {student_id} IS NOT NULL THEN student_id = {student_id}
     WHEN {teacher_id} IS NOT NULL THEN EXISTS (
         SELECT FROM student_classes s WHERE s.student_id = students.student_id OFFSET 0)
     WHEN {organization_id} IS NOT NULL THEN EXISTS (
         SELECT FROM organization_students o
         WHERE o.organization_id = {organization_id}
           AND o.student_id = students.student_id OFFSET 0)
     ELSE {admin_id} IS NOT NULL END

-- student_contacts --
-- An own class is no ground to know an address, an assignment to it is.
CASE WHEN {student_id} IS NOT NULL THEN student_id = {student_id}
     WHEN {teacher_id} IS NOT NULL THEN EXISTS (
         SELECT FROM student_classes s
         WHERE s.student_id = student_contacts.student_id
           AND s.class_id IN (SELECT a.class_id FROM class_assignments a
                              WHERE a.teacher_id = {teacher_id}) OFFSET 0)
     WHEN {organization_id} IS NOT NULL THEN EXISTS (
         SELECT FROM organization_students o
         WHERE o.organization_id = {organization_id}
           AND o.student_id = student_contacts.student_id OFFSET 0)
     ELSE {admin_id} IS NOT NULL END

-- marks --
-- A teacher sees those of assigned classes.
CASE WHEN {student_id} IS NOT NULL THEN student_id = {student_id}
     WHEN {teacher_id} IS NOT NULL THEN class_id IN (
         SELECT a.class_id FROM class_assignments a WHERE a.teacher_id = {teacher_id})
     WHEN {organization_id} IS NOT NULL THEN EXISTS (
         SELECT FROM classes c
         WHERE c.class_id = marks.class_id AND c.organization_id = {organization_id} OFFSET 0)
     ELSE {admin_id} IS NOT NULL END

-- teacher_batches --
-- Services ask for any batch by its id.
CASE WHEN {teacher_id} IS NOT NULL THEN teacher_id = {teacher_id}
     ELSE {service_id} IS NOT NULL END

-- notifications --
-- A teacher sees own ones, and those of schools where the teacher teaches.
CASE WHEN {teacher_id} IS NOT NULL
     THEN CASE WHEN notifications.teacher_id IS NULL THEN EXISTS (
              SELECT FROM school_teachers s
              WHERE s.school_id = notifications.school_id AND s.teacher_id = {teacher_id} OFFSET 0)
          ELSE notifications.teacher_id = {teacher_id} END
     ELSE false END

-- teacher_sessions --
-- Of a school at which the teacher teaches now, and so are all that follow.
CASE WHEN {teacher_id} IS NOT NULL
     THEN teacher_id = {teacher_id} AND school_id IN (
         SELECT h.school_id FROM school_teachers h WHERE h.teacher_id = {teacher_id})
     ELSE false END

-- school_class_teachers --
CASE WHEN {teacher_id} IS NOT NULL
     THEN teacher_id = {teacher_id} AND school_id IN (
         SELECT h.school_id FROM school_teachers h WHERE h.teacher_id = {teacher_id})
     ELSE false END

-- teacher_payments --
CASE WHEN {teacher_id} IS NOT NULL
     THEN teacher_id = {teacher_id} AND school_id IN (
         SELECT h.school_id FROM school_teachers h WHERE h.teacher_id = {teacher_id})
     ELSE false END

-- school_assessments --
CASE WHEN {student_id} IS NOT NULL THEN student_id = {student_id}
     WHEN {teacher_id} IS NOT NULL
     THEN teacher_id = {teacher_id} AND school_id IN (
         SELECT h.school_id FROM school_teachers h WHERE h.teacher_id = {teacher_id})
     ELSE false END

-- school_assessment_means --
CASE WHEN {student_id} IS NOT NULL THEN student_id = {student_id}
     WHEN {teacher_id} IS NOT NULL
     THEN teacher_id = {teacher_id} AND school_id IN (
         SELECT h.school_id FROM school_teachers h WHERE h.teacher_id = {teacher_id})
     ELSE false END

-- school_student_progress --
CASE WHEN {student_id} IS NOT NULL THEN student_id = {student_id}
     WHEN {teacher_id} IS NOT NULL
     THEN teacher_id = {teacher_id} AND school_id IN (
         SELECT h.school_id FROM school_teachers h WHERE h.teacher_id = {teacher_id})
     ELSE false END

-- school_classes --
-- A teacher sees own ones, and those of which the teacher has a session.
CASE WHEN {teacher_id} IS NOT NULL
     THEN (school_id, class_id) IN (
         SELECT t.school_id, t.class_id
         FROM school_class_teachers t
         WHERE t.teacher_id = {teacher_id})
     ELSE false END

-- school_class_students --
CASE WHEN {student_id} IS NOT NULL THEN student_id = {student_id}
     WHEN {teacher_id} IS NOT NULL
     THEN (school_id, class_id) IN (
         SELECT t.school_id, t.class_id
         FROM school_class_teachers t
         WHERE t.teacher_id = {teacher_id})
     ELSE false END

-- school_enrollments --
CASE WHEN {student_id} IS NOT NULL THEN student_id = {student_id}
     WHEN {teacher_id} IS NOT NULL
     THEN (school_id, class_id) IN (
         SELECT t.school_id, t.class_id
         FROM school_class_teachers t
         WHERE t.teacher_id = {teacher_id})
     ELSE false END

-- resources --
-- A student sees those that are shared with a class of the student's.
CASE WHEN {teacher_id} IS NOT NULL THEN teacher_id = {teacher_id}
     WHEN {student_id} IS NOT NULL THEN EXISTS (
         SELECT FROM resource_classes k
         WHERE k.resource_id = resources.resource_id OFFSET 0)
     ELSE false END

-- resource_classes --
CASE WHEN {teacher_id} IS NOT NULL THEN teacher_id = {teacher_id}
     WHEN {student_id} IS NOT NULL THEN class_id IN (
         SELECT e.class_id FROM school_class_students e WHERE e.student_id = {student_id})
     ELSE false END
