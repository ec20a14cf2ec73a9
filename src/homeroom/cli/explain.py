"""``homeroom explain``: a value with its definition, its source rows and their events."""

import json
import shlex
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from homeroom.cli import completion
from homeroom.cli.app import AsJson, app, as_json_text, configured, counted

if TYPE_CHECKING:
    from homeroom.operations.explain import Explanation
    from homeroom.operations.explain.answer import Row, SetBy

ROWS_SHOWN_MAX = 8
LINES_MAX = 20


@app.command()
def explain(
    table: Annotated[
        str,
        typer.Argument(
            help="A projection's table, or an entity.", autocompletion=completion.tables
        ),
    ],
    key: Annotated[str, typer.Argument(help="Its key's columns joined by `/`, or a JSON array.")],
    column: Annotated[
        str | None,
        typer.Argument(help="Only this column: `name`, or as in answers, `className`."),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="Most rows of each entity.")] = 1_000,
    timeout: Annotated[
        float, typer.Option(min=0.001, metavar="SECONDS", help="How long it may take at most.")
    ] = 10.0,
    as_json: AsJson = False,
) -> None:
    """Explain a value: its definition, the rows it is computed from, and their events.

    Example: homeroom explain teacher_stats T-AAA totalStudents
    """
    import asyncio

    from homeroom.api.field_columns import column_of_field
    from homeroom.operations.explain import ExplainRequest
    from homeroom.operations.explain import explain as explained
    from homeroom.readmodel import read_model

    settings = configured()
    settings.require_kafka()
    request = ExplainRequest(table, key, column, limit, timeout, partial(column_of_field, table))
    explanation = asyncio.run(explained(settings, read_model(settings), request))
    if as_json:
        print(as_json_text(explanation))
    else:
        _print(explanation)


def _print(explanation: "Explanation") -> None:
    from rich.text import Text

    from homeroom.cli.printing import line, print_out

    of_row = f"{explanation.table} {explanation.key}"
    name = f"{of_row} {explanation.column}" if explanation.column else of_row
    print_out(line(f"{name} = {_value_text(explanation.value)}"))
    if explanation.definition:
        print_out("", Text(explanation.definition.strip(), style="dim"), "")
    print_out(*map(line, _summary(explanation)), "")
    for row in explanation.rows[:ROWS_SHOWN_MAX]:
        print_out(*map(line, _lines(row)))
    print_out(*(line(text, "yellow") for text in _unapplied(explanation)))
    if (more := sum(explanation.found.values()) - ROWS_SHOWN_MAX) > 0:
        print(f"… and {more:,} more: --json")
    print_out(*(line(text, "yellow") for text in _warnings(explanation)))


def _summary(explanation: "Explanation") -> Iterator[str]:
    """A line for each total, and how many rows of which relations the value rests on."""
    for count in explanation.counts[:LINES_MAX]:
        made = " and ".join(f"{counted(n, 'row')} of {r}" for r, n in count.rows.items())
        of_all = list(count.rows.values()) == [count.found]
        total = "" if of_all or count.found is None else f"{_told(count.found)} from "
        yield f"{count.table} {count.key} {count.column}: {total}{made or 'no rows'}"
    if len(explanation.counts) > LINES_MAX:
        yield f"… and {len(explanation.counts) - LINES_MAX:,} more totals: --json"
    if explanation.through:
        steps = ", ".join(f"{s.table} ({counted(s.found, 'row')})" for s in explanation.through)
        yield f"read through {steps}"
    made = ", ".join(f"{counted(n, 'row')} of {entity}" for entity, n in explanation.found.items())
    yield f"made from {made or 'nothing'}"


def _told(value: object) -> str:
    return f"{value:,}" if isinstance(value, int | float) else str(value)


def _lines(row: "Row") -> Iterator[str]:
    """A line for the row, and two for each field; key columns only where there is no other."""
    yield f"{row.entity} {row.key}"
    from homeroom.operations.keys import values_of

    key = (row.key, *values_of(row.key))
    fields = {name: field for name, field in row.fields.items() if field.value not in key}
    for name, field in (fields or dict(list(row.fields.items())[:1])).items():
        yield f"  {name} = {_value_text(field.value)}"
        yield f"    {_event_text(field.event)}"


def _unapplied(explanation: "Explanation") -> Iterator[str]:
    """A line for each dead letter, gap and waiting event."""
    if explanation.unapplied and explanation.value is None and not explanation.rows:
        yield f"{explanation.table} has no row {explanation.key}. Not applied so far:"
    for one in explanation.unapplied[:LINES_MAX]:
        subject = f"{one.entity} {one.key}"
        if one.what == "dead_letter":
            yield f"{subject}: dead letter {one.id} at {one.sequence}: {one.detail}"
        elif one.what == "gap":
            missing = (
                f"{one.sequence}"
                if one.sequence == one.last_sequence
                else (f"{one.sequence} to {one.last_sequence}")
            )
            yield f"{subject}: gap {one.id}: sequence {missing} missing"
        else:
            yield f"{subject}: event {one.id} with sequence {one.sequence} waits"
    if (more := len(explanation.unapplied) - LINES_MAX) > 0:
        yield f"… and {more:,} more that were not applied: --json"


def _event_text(event: "SetBy | None") -> str:
    if event is None:
        return "by an event that was not found"
    time = as_json_text(event.time).strip('"')
    at = f"{event.topic}:{event.partition}:{event.offset}"
    return f"by {event.type} of {time} at {at}, id {event.id}"


def _value_text(value: object) -> str:
    if isinstance(value, str | int | float | bool) or value is None:
        return json.dumps(value, ensure_ascii=False)
    return as_json_text(value)


def _warnings(explanation: "Explanation") -> Iterator[str]:
    """What contradicts the value, and what could not be read."""
    for difference in explanation.drift[:LINES_MAX]:
        have, should = (
            "no row" if value is None else _value_text(value)
            for value in (difference.have, difference.should)
        )
        row = f"{difference.table} {difference.key}"
        name = f"{row} {difference.column}" if difference.column else row
        yield (
            f"Drift: {name} is {have}, but its sources give {should}: "
            f"`homeroom verify --table {difference.table} --key {shlex.quote(difference.key)}`."
        )
    for subject in explanation.in_several_partitions[:LINES_MAX]:
        yield (
            f"The events of {subject} are in several partitions: its publisher changed its "
            "partitioner, or the topic got more partitions."
        )
    missing = sum(explanation.found.values()) - len(explanation.rows)
    if explanation.cut:
        yield f"{counted(missing, 'row')} are not listed, also not in JSON: --limit."
    if explanation.log.problem:
        yield f"The log was not read completely: {explanation.log.problem}"
        for part in explanation.log.reached:
            if part.lost or part.reached <= part.last:
                lost = f", {part.lost:,} of them lost" if part.lost else ""
                yield (
                    f"  {part.topic}:{part.partition} read up to {part.reached} "
                    f"(offsets {part.first} to {part.last}{lost})"
                )
