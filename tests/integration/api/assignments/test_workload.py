"""The workload, page by page: students are counted of those alone who may be on the page."""

from tests.integration.api.assignments.test_reading import pages
from tests.model.teaching import workload
from tests.support.assigning import PATH, Asking, School


async def test_a_student_of_several_classes_counts_once_wherever_pages_of_the_workload_end(
    admin: Asking, school: School
) -> None:
    """Teachers with as many classes and places, whose students are more or fewer."""
    classes = [("class", {"class_id": f"W-{n}", "name": f"W {n}"}) for n in range(9)]
    # In each class of three, the students of the first also in the others, in some.
    places = [(f"W-{n}", f"S-{n // 3}-{k if k < n // 3 else f'{n}-{k}'}")
              for n in range(9) for k in range(3)]  # fmt: skip
    taught = [(f"T-{t}", f"W-{3 * (t % 3) + n}") for t in range(9) for n in range(3)]
    school.students.hold_further(
        *classes,
        *(("teacher", {"teacher_id": f"T-{t}", "name": f"T {t}"}) for t in range(9)),
        *(("enrollment", {"class_id": one, "student_id": s}) for one, s in places),
        *(("class_assignment", {"assignment_id": f"W-{n}", "teacher_id": who, "class_id": one})
          for n, (who, one) in enumerate(taught)),
    )  # fmt: skip
    expected = workload(school.students.rows, "")
    assert [one["students"] for one in expected][:9] == [9, 9, 9, 7, 7, 7, 5, 5, 5]
    names = [str(one["user_id"]) for one in expected]
    for limit in (1, 2, 4, 5, 100):
        found = await pages(admin, f"{PATH}/workload", limit=limit)
        listed = [one for page in found for one in page]
        assert [str(one["user_id"]) for one in listed] == names, limit
        assert [one["students"] for one in listed] == [one["students"] for one in expected], limit
