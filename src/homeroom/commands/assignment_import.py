"""Assignments from a CSV file: each line by the command that admins use, and what became of it."""

import csv
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from psycopg import AsyncConnection
from pydantic import TypeAdapter, ValidationError

from homeroom.commands.assignment_rules import CLASS, SUBJECT, Admin, Link
from homeroom.commands.assignments import make
from homeroom.errors import (
    InvalidAssignment,
    InvalidAssignmentFile,
    UnknownToAssign,
)
from homeroom_kit.contract.fields import Id

TEACHER = "user_id"
TARGETS = {"class_level_id": CLASS, "subject_id": SUBJECT}
COLUMNS = (TEACHER, *TARGETS)
_ID = TypeAdapter(Id)
Connecting = Callable[[], AbstractAsyncContextManager[AsyncConnection[Any]]]

Status = Literal["assigned", "exists", "refused"]


@dataclass(frozen=True, slots=True)
class ImportedLine:
    """What became of a line of the file, or would become of it in a dry run.

    ``detail`` says it in English, for commands; pages say it by the rest: ``code``, why it was
    refused, or whom it assigned to what.
    """

    line: int
    status: Status
    detail: str
    code: str = ""
    teacher_id: str = ""
    made: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class _WellFormedLine:
    """A well-formed line."""

    number: int
    teacher_id: str
    links: tuple[Link, ...]


async def import_assignments(
    connecting: Connecting, admin: Admin, text: Iterable[str], *, dry_run: bool
) -> AsyncIterator[ImportedLine]:
    """Assigns line by line, each in a transaction of its own; what is there already is left so.

    ``connecting``: a connection for one line. ``text``: the lines of the file, with a header.
    Raises InvalidAssignmentFile before the first line where the header does not do, and what the
    command raises but its refusals.
    """
    # In a dry run nothing is there that a line before would have made.
    seen: set[tuple[str, Link]] = set()
    for line in _lines(text):
        if isinstance(line, ImportedLine):
            yield line
            continue
        links = [link for link in line.links if (line.teacher_id, link) not in seen]
        try:
            async with connecting() as connection:
                made = await make(
                    connection, admin, line.teacher_id, links, datetime.now(UTC),
                    skip_existing=True, dry_run=dry_run,
                )  # fmt: skip
        except (UnknownToAssign, InvalidAssignment) as error:
            code = error.what if isinstance(error, UnknownToAssign) else "not_a_teacher"
            yield ImportedLine(line.number, "refused", str(error), code)
            continue
        seen.update((line.teacher_id, link) for link in line.links)
        new = tuple(Link(one.kind, one.target_id) for one in made.assignments)
        told = f"teacher {line.teacher_id}"
        if new:
            told += f" to {', '.join(f'{one.kind.name} {one.target_id}' for one in new)}"
        status: Status = "assigned" if new else "exists"
        yield ImportedLine(
            line.number, status, told, teacher_id=line.teacher_id, made=new
        )  # fmt: skip


def _lines(text: Iterable[str]) -> Iterator[_WellFormedLine | ImportedLine]:
    reader = csv.DictReader(text, strict=True, restkey="", restval="")
    reader.fieldnames = _names(reader)
    while True:
        try:
            row = next(reader, None)
        except csv.Error as error:
            # The reader goes on with the line behind it.
            yield ImportedLine(reader.reader.line_num, "refused", f"no CSV: {error}", "no_csv")
            continue
        if row is None:
            return
        yield _line(reader.line_num, row)


def _names(reader: "csv.DictReader[str]") -> list[str]:
    try:
        names = [name.strip() for name in reader.fieldnames or ()]
    except csv.Error:
        raise InvalidAssignmentFile(COLUMNS) from None
    doubled = len(set(names)) < len(names)
    if TEACHER not in names or not set(names) <= set(COLUMNS) or len(names) < 2 or doubled:
        raise InvalidAssignmentFile(COLUMNS)
    return names


def _line(number: int, row: dict[str, Any]) -> _WellFormedLine | ImportedLine:
    if "" in row:
        return ImportedLine(number, "refused", "more values than columns", "values")
    told = {name: value.strip() for name, value in row.items()}
    for name, value in told.items():
        if (value or name == TEACHER) and not _is_id(value):
            return ImportedLine(number, "refused", f"{name} must be an id", "no_id")
    links = tuple(Link(kind, told[name]) for name, kind in TARGETS.items() if told.get(name))
    if not links:
        return ImportedLine(number, "refused", "neither a class nor a subject", "nothing")
    return _WellFormedLine(number, told[TEACHER], links)


def _is_id(text: str) -> bool:
    try:
        _ID.validate_python(text)
    except ValidationError:
        return False
    return True
