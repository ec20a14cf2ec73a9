"""Reports: the marks of a class, and those of a student in the classes that the caller sees."""

from typing import Any

from pydantic import BaseModel, Field
from starlette.responses import Response

from homeroom.api.answers import SUCCEEDS
from homeroom.api.assignments.ids import WireId, to_wire
from homeroom.api.assignments.surface import Answer, answered, with_ids
from homeroom.api.records.students import ClassSeen
from homeroom.api.records.surface import (
    OF_MARKS,
    Caller,
    WrittenId,
    id_of,
    read_of,
    refuse,
    router,
)


class ReportedMark(BaseModel):
    subject_id: WireId
    subject: str | None
    score: float


class ReportedStudent(BaseModel):
    """``average``: the mean of the scores with one decimal; null without any."""

    id: WireId
    name: str
    assessments: list[ReportedMark]
    average: float | None


class ClassReport(BaseModel):
    class_: ClassSeen = Field(alias="class")
    students: list[ReportedStudent]


OF_CLASS = read_of("class_report", ReportedStudent, *OF_MARKS, about="class_of_report")
OF_STUDENT = read_of("student_report", ReportedStudent, *OF_MARKS)


@router.get("/reports/class/{id:any}", response_model=Answer[ClassReport], responses=SUCCEEDS)
async def class_report(caller: Caller, class_id: WrittenId) -> Response:
    """The students of a class with all its marks."""
    result = await caller.read(OF_CLASS, {"id": await id_of(caller, class_id)})
    if result.about is None:
        raise refuse(caller.scope, result, "Class not found")
    named = {"id": to_wire(result.about["id"]), "name": result.about["name"]}
    students = [_reported(row) for row in result.rows]
    return answered(result, {"class": named, "students": students})


@router.get("/reports/student/{id:any}", response_model=Answer[ReportedStudent], responses=SUCCEEDS)
async def student_report(caller: Caller, student_id: WrittenId) -> Response:
    """A student's marks in the classes that the caller sees."""
    result = await caller.read(OF_STUDENT, {"id": await id_of(caller, student_id)})
    if not result.rows:
        raise refuse(caller.scope, result, "Student not found")
    return answered(result, _reported(result.rows[0]))


def _reported(row: dict[str, Any]) -> dict[str, Any]:
    (shown,) = with_ids([row], "id")
    return shown | {"assessments": with_ids(row["assessments"], "subject_id")}
