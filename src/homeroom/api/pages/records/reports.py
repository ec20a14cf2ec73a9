"""Reports of a class and of a student: marks by subject, and averages as bars."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from homeroom.api.pages.parts import main_part
from homeroom.api.pages.records.averages import by_subject, of_class
from homeroom.api.pages.records.surface import ROLES, router, seeing
from homeroom.api.pages.site import site_of_app
from homeroom.api.pages.teacher.surface import counts_of
from homeroom.api.records import reports


@router.get("/reports/classes/{class_id:any}")
async def report_of_class(request: Request, class_id: str) -> Response:
    """The marks of a class."""
    site = site_of_app(request)
    await site.session(request, *ROLES)
    report = await main_part(reports.class_report(await seeing(request), class_id))
    counts = await counts_of(request)
    if report.failed:
        return site.page(request, "records/class_report.html", report=report, counts=counts)
    data: dict[str, Any] = report.data["data"]
    rows = [
        (student, {one.subject_id: one for one in by_subject(student["assessments"])})
        for student in data["students"]
    ]
    return site.page(
        request, "records/class_report.html", report=report, named=data["class"], rows=rows,
        subjects=of_class(data["students"]), counts=counts,
    )  # fmt: skip


@router.get("/reports/students/{student_id:any}")
async def report_of_student(request: Request, student_id: str) -> Response:
    """The marks of a student in the classes that the caller sees."""
    site = site_of_app(request)
    await site.session(request, *ROLES)
    report = await main_part(reports.student_report(await seeing(request), student_id))
    subjects = [] if report.failed else by_subject(report.data["data"]["assessments"])
    return site.page(
        request, "records/student_report.html", report=report, subjects=subjects,
        counts=await counts_of(request),
    )  # fmt: skip
