-- teacher_of_realm --
-- Whether the teacher `t` is of the realm: by the account, or as a member.
({realm} = '' OR EXISTS (SELECT FROM organization_teachers o
                         WHERE o.organization_id = {realm} AND o.teacher_id = t.teacher_id))

-- class_of_realm --
-- Whether the class `c` is of the realm.
({realm} = '' OR c.organization_id = {realm})

-- student_of_realm --
-- Whether the student `s` is of the realm: as a member, or in one of its classes.
({realm} = '' OR EXISTS (SELECT FROM organization_students o
                         WHERE o.organization_id = {realm} AND o.student_id = s.student_id))
