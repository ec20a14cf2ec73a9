-- class_seen --
-- Whether the caller may see the class `c`: a teacher one of an assignment, an admin one of the realm.
CASE WHEN me.teacher_id <> ''
     THEN EXISTS (SELECT FROM class_assignments x
                  WHERE x.teacher_id = me.teacher_id AND x.class_id = c.class_id)
     ELSE me.admin_id <> '' AND {class_of_realm} END

-- subject_seen --
-- Whether the caller may see marks in the subject of `m`, and give them. Subjects are everybody's, so
-- an admin sees all.
CASE WHEN me.teacher_id <> ''
     THEN EXISTS (SELECT FROM subject_assignments x
                  WHERE x.teacher_id = me.teacher_id AND x.subject_id = m.subject_id)
     ELSE me.admin_id <> '' END

-- student_seen --
-- Whether the caller may see the student `s`: a teacher who is in a class of an assignment, an admin
-- who is of the realm.
CASE WHEN me.teacher_id <> ''
     THEN EXISTS (SELECT FROM student_classes k
                  JOIN class_assignments x ON x.class_id = k.class_id
                  WHERE k.student_id = s.student_id AND x.teacher_id = me.teacher_id)
     ELSE me.admin_id <> '' AND {student_of_realm} END

-- request_of_realm --
-- Whether an entry `l` of the access log is of one of the realm's own people.
(me.organization_id = ''
 OR CASE l.role
    WHEN 'teacher' THEN EXISTS (SELECT FROM organization_teachers o
                                WHERE o.organization_id = me.organization_id
                                  AND o.teacher_id = l.user_id)
    WHEN 'student' THEN EXISTS (SELECT FROM organization_students o
                                WHERE o.organization_id = me.organization_id
                                  AND o.student_id = l.user_id)
    ELSE l.organization_id = me.organization_id END)
