"""Import of assignments from a CSV file, with what became of each line."""

from contextlib import AbstractAsyncContextManager
from io import StringIO
from typing import Any

from psycopg import AsyncConnection
from starlette.requests import Request
from starlette.responses import Response

from homeroom.api.assignments.writes import WritingAdmin, writing_admin
from homeroom.api.errors import ApiError
from homeroom.api.pages.admin.assignments import AssignmentsView, show
from homeroom.api.pages.admin.surface import PATH, router
from homeroom.api.pages.locales import _
from homeroom.api.pages.sentences import UNKNOWN, sentence_of
from homeroom.api.pages.site import site_of_app
from homeroom.commands.assignment_import import ImportedLine, import_assignments
from homeroom.errors import (
    CommandConflict,
    DatabaseUnavailable,
    InvalidAssignmentFile,
    NotATeacher,
    NumberingBehind,
)

FILE = "file"
# Each line is a transaction, and the admin waits for all of them.
LINES_MAX = 1000
NO_FILE = _("Choose a file first")
NO_TEXT = _("The file is no text in UTF-8")
TOO_LONG = _(
    "The file has more than %(number)s lines; divide it, or use homeroom import-assignments",
    number=LINES_MAX,
)
# Why a line is refused.
WHYS = UNKNOWN | {
    "no_csv": _("This is no line of CSV."),
    "values": _("There are more values than columns."),
    "no_id": _("One of the values is no id."),
    "nothing": _("There is neither a class nor a subject."),
    "not_a_teacher": sentence_of(NotATeacher(), 400),
}
STOPPING = (CommandConflict, DatabaseUnavailable, NumberingBehind)


@router.post(PATH + "/import")
async def import_file(request: Request) -> Response:
    """Import a file, or say what would become of its lines."""
    site = site_of_app(request)
    _, sent = await site.form_in_full(request, "admin")
    admin = await writing_admin(request)
    dry_run = "dry_run" in sent.fields
    try:
        text = _text(sent.files.get(FILE, b""))
        lines, stopped = await _imported(admin, text, dry_run)
    except (ApiError, InvalidAssignmentFile) as error:
        return await show(request, AssignmentsView(), 400, sentence_of(error, 400))
    counts = {
        status: sum(line.status == status for line in lines)
        for status in ("assigned", "exists", "refused")
    }
    return site.page(
        request, "admin/import_report.html", lines=lines, counts=counts, dry_run=dry_run,
        stopped=stopped, whys=WHYS,
    )  # fmt: skip


async def _imported(
    admin: WritingAdmin, text: str, dry_run: bool
) -> tuple[list[ImportedLine], str]:
    """What became of the lines, and why the import has stopped before its end, if it has."""
    done: list[ImportedLine] = []
    source = StringIO(text, newline="")

    # All lines together may take longer than one may have a connection.
    def connecting() -> AbstractAsyncContextManager[AsyncConnection[Any]]:
        return admin.services.commands.connection(admin.admin.scope)

    try:
        async for line in import_assignments(connecting, admin.admin, source, dry_run=dry_run):
            done.append(line)  # noqa: PERF401 - it may stop on the way
    except STOPPING as error:
        if not done:
            raise
        return done, sentence_of(error, 503)
    return done, ""


def _text(content: bytes) -> str:
    """The text of a file; spreadsheets put a byte order mark before it. Raises ApiError 400."""
    if not content:
        raise ApiError(400, NO_FILE)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ApiError(400, NO_TEXT) from None
    if text.count("\n") > LINES_MAX + 1 or text.count("\r") > LINES_MAX + 1:
        raise ApiError(400, TOO_LONG)
    return text
