"""``homeroom explain``: why a value is what it is."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from homeroom.cli.app import AsJson, app, as_json_text, configured, counted

if TYPE_CHECKING:
    from homeroom.operations.explain import Explanation
    from homeroom.operations.explain.answer import Row, SetBy

ROWS_SHOWN_MAX = 8
LINES_MAX = 20


@app.command()
def explain(
    table: Annotated[str, typer.Argument(help="A projection's table, or an entity.")],
    key: Annotated[str, typer.Argument(help="Its key's columns, joined by `/`.")],
    column: Annotated[
        str | None, typer.Argument(help="Only this column, as `students` or `totalStudents`.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="Most rows of each entity.")] = 1_000,
    timeout: Annotated[
        float, typer.Option(min=0.001, metavar="SECONDS", help="How long to look at most.")
    ] = 10.0,
    as_json: AsJson = False,
) -> None:
    """Say why a value is what it is: its definition, the rows it was made from, and their events.

    Example: homeroom explain teacher_stats T-AAA totalStudents
    """
    import asyncio

    from homeroom.operations.explain import ExplainRequest
    from homeroom.operations.explain import explain as look
    from homeroom.readmodel import read_model

    settings = configured()
    settings.require_kafka()
    asked = ExplainRequest(table, key, column, limit, timeout)
    found = asyncio.run(look(settings, read_model(settings), asked))
    if as_json:
        print(as_json_text(found))
    else:
        _print(found)


def _print(found: "Explanation") -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console(soft_wrap=True, highlight=False)
    named = f"{found.table} {found.key}"
    name = f"{named} {found.column}" if found.column else named
    console.print(Text(f"{name} = {_shown(found.value)}"))
    if found.definition:
        console.print("", Text(found.definition.strip(), style="dim"), "", sep="\n")
    for line in _summary(found):
        console.print(Text(line))
    print()
    for row in found.rows[:ROWS_SHOWN_MAX]:
        for line in _lines(row):
            console.print(Text(line))
    if sum(found.found.values()) > ROWS_SHOWN_MAX:
        print(f"… and {sum(found.found.values()) - ROWS_SHOWN_MAX:,} more: --json")
    for line in _reservations(found):
        console.print(Text(line, style="yellow"))


def _summary(found: "Explanation") -> Iterator[str]:
    """What was counted, and how many rows of what it rests on."""
    for count in found.counts[:LINES_MAX]:
        made = " and ".join(f"{counted(n, 'row')} of {r}" for r, n in count.rows.items())
        told = f"{count.found:,} from " if list(count.rows.values()) != [count.found] else ""
        yield f"{count.table} {count.key} {count.column}: {told}{made or 'no rows'}"
    if len(found.counts) > LINES_MAX:
        yield f"… and {len(found.counts) - LINES_MAX:,} more totals: --json"
    if found.through:
        steps = ", ".join(f"{s.table} ({counted(s.found, 'row')})" for s in found.through)
        yield f"read through {steps}"
    made = ", ".join(f"{counted(n, 'row')} of {entity}" for entity, n in found.found.items())
    yield f"made from {made or 'nothing'}"


def _lines(row: "Row") -> Iterator[str]:
    """A line for the row, and one for each field but the key's own, where there is one."""
    yield f"{row.entity} {row.key}"
    key = row.key.split("/")
    fields = {name: field for name, field in row.fields.items() if field.value not in key}
    for name, field in (fields or dict(list(row.fields.items())[:1])).items():
        yield f"  {name} = {_shown(field.value)}"
        yield f"    {_said(field.event)}"


def _said(event: "SetBy | None") -> str:
    if event is None:
        return "by an event that was not found"
    time = as_json_text(event.time).strip('"')
    at = f"{event.topic}:{event.partition}:{event.offset}"
    return f"by {event.type} of {time} at {at}, id {event.id}"


def _shown(value: object) -> str:
    if isinstance(value, str | int | float | bool) or value is None:
        return json.dumps(value, ensure_ascii=False)
    return as_json_text(value)


def _reservations(found: "Explanation") -> Iterator[str]:
    """What does not fit, and what could not be looked at."""
    for one in found.drift[:LINES_MAX]:
        have, should = ("no row" if v is None else _shown(v) for v in (one.have, one.should))
        what = f"{one.table} {one.key} {one.column or ''}".strip()
        yield (
            f"Drift: {what} is {have}, and what it is made from comes to {should}: "
            f"`homeroom verify --table {one.table} --key {one.key}`."
        )
    missing = sum(found.found.values()) - len(found.rows)
    if found.cut:
        yield f"{counted(missing, 'row')} are not listed, in JSON neither: --limit."
    if found.log.problem:
        yield f"The log was not read whole: {found.log.problem}"
        for part in found.log.reached:
            if part.lost or part.reached <= part.last:
                lost = f", {part.lost:,} of them lost" if part.lost else ""
                yield (
                    f"  {part.topic}:{part.partition} read up to {part.reached} "
                    f"(offsets {part.first} to {part.last}{lost})"
                )
