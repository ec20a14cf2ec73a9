"""One of everybody: a school, its teacher, its student, its admin, and what they have."""

from tests.support import a_student
from tests.support.students import NOON


def one(x: str) -> list[a_student.Told]:
    """A school with a teacher, a student, and classes of its own and of the teacher alone."""
    school, teacher, student = {"organization_id": f"O-{x}"}, f"T-{x}", f"S-{x}"
    own, by = {"teacher_id": teacher}, {"created_by": teacher}
    made = {"made_by": f"M-{x}", "made_at": NOON}
    return [
        *a_student.student(student, f"-{x}"),
        ("student", {"student_id": student, "name": f"Grace-{x}", "email": f"grace@{x}"}),
        ("teacher", own | school | {"name": f"Ada-{x}"}),
        ("teacher", {"teacher_id": f"D-{x}", "deactivated": True}),
        ("student", {"student_id": f"D-{x}", "deactivated": True}),
        *(("membership", {"school_id": f"O-{x}", "user_id": f"{kind}-{x}", "role": role})
          for kind, role in (("T", "teacher"), ("S", "student"), ("M", "admin"))),
        ("class", own | school | {"class_id": f"C-{x}"}),
        ("class", own | {"class_id": f"K-{x}"}),
        *(("enrollment", {"class_id": f"{kind}-{x}", "student_id": student}) for kind in "CK"),
        ("exam", by | {"exam_id": f"E-{x}", "scheduled_at": NOON}),
        ("exam_result", {"exam_id": f"E-{x}", "student_id": student, "graded_by": teacher}),
        ("assignment", by | {"assignment_id": f"A-{x}", "class_id": f"K-{x}"}),
        ("submission", {"assignment_id": f"A-{x}", "student_id": student, "graded_by": teacher}),
        ("question_bank", by | {"question_bank_id": f"B-{x}"}),
        ("question", by | {"question_id": f"Q-{x}"}),
        ("batch", own | {"batch_id": f"L-{x}"}),
        ("class_assignment", own | made | {"assignment_id": f"1-{x}", "class_id": f"C-{x}"}),
        ("subject_assignment", own | made | {"assignment_id": f"2-{x}", "subject_id": "J"}),
        ("mark", {"mark_id": f"3-{x}", "student_id": student, "class_id": f"C-{x}"}),
        ("school", {"school_id": f"O-{x}", "name": f"School-{x}"}),
        ("membership", {"school_id": f"P-{x}", "user_id": teacher, "role": "teacher",
                        "revoked_at": NOON}),
        ("session", own | school | {"session_id": f"X-{x}", "class_id": f"C-{x}"}),
        ("attendance", {"session_id": f"X-{x}", "student_id": student}),
        *((entity, own | {"school_id": f"O-{x}"} | key) for entity, key in (
            ("assessment", {"assessment_id": f"V-{x}", "student_id": student}),
            ("progress", {"student_id": student, "class_id": f"C-{x}"}),
            ("payment", {"payment_id": f"Y-{x}"}),
            ("notification", {"notification_id": f"N-{x}"}))),
        *(("resource", own | {"resource_id": f"{kind}-{x}", "school_id": f"O-{x}", "status": status,
                              "with_students": True, "class_ids": [f"C-{x}"]})
          for kind, status in (("R", "clean"), ("W", "pending"))),
        ("notification_receipt", own | {"notification_id": f"N-{x}"}),
        ("notification_delivery", own | {"notification_id": f"N-{x}", "channel": "email"}),
    ]  # fmt: skip
