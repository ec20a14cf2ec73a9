"""Events from files of JSON lines, one CloudEvent in structured form in each.

A file is read twice: first to check every line, then to publish. So no event of a file with an
invalid line is published, and a file may be larger than the memory.
"""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, fields
from hashlib import blake2b
from pathlib import Path
from shutil import copyfileobj
from typing import Annotated, BinaryIO, Literal

import orjson
from pydantic import Field, TypeAdapter, ValidationError

from homeroom_kit.contract.event import reasons
from homeroom_kit.errors import HomeroomError, InvalidEvents
from homeroom_kit.publishing.events import OutgoingEvent, check_data, event_type
from homeroom_kit.publishing.publisher import OnProgressOf, Published, Publisher, of_total
from homeroom_kit.settings import KafkaSettings

REASONS_MAX = 10
JSON_PATTERN = r"(?i)^\s*(application|text)/([a-z0-9.+-]+\+)?json\s*(;.*)?$"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line(OutgoingEvent):
    """A line: an event, and the attributes of the structured form."""

    specversion: Literal["1.0"]
    datacontenttype: Annotated[str, Field(pattern=JSON_PATTERN)] | None = None


_LINE: TypeAdapter[_Line] = TypeAdapter(_Line)
_ATTRIBUTES = frozenset(field.name for field in fields(_Line))


def parse(line: bytes) -> OutgoingEvent:
    """The event of one line; raises InvalidEvents with the reason."""
    try:
        attributes = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise InvalidEvents(f"not JSON: {error}") from None
    if not isinstance(attributes, dict):
        raise InvalidEvents("not a JSON object")
    try:
        event = _LINE.validate_python({k: v for k, v in attributes.items() if k in _ATTRIBUTES})
    except ValidationError as error:
        raise InvalidEvents(reasons(error)) from None
    check_data(event)
    return event


class _Order:
    """Checks that each subject's sequences ascend. Memory grows with subjects, not with events."""

    def __init__(self) -> None:
        self._last: dict[tuple[str, str], tuple[int, bytes]] = {}

    def check(self, event: OutgoingEvent) -> None:
        entity = event_type(event.type).entity
        content = _digest(event)
        subject = (entity, event.subject)
        last, last_content = self._last.get(subject, (0, b""))
        if event.sequence < last:
            raise InvalidEvents(
                f"sequence: {event.sequence} of {entity} {event.subject} comes after its {last}"
            )
        if event.sequence == last and content != last_content:
            raise InvalidEvents(
                f"sequence: {last} of {entity} {event.subject} was another event's before"
            )
        self._last[subject] = (event.sequence, content)


def _digest(event: OutgoingEvent) -> bytes:
    """Equal for two lines only if their events are equal."""
    content = [event.type, event.source, event.id, event.time, event.data]
    return blake2b(orjson.dumps(content, option=orjson.OPT_SORT_KEYS), digest_size=16).digest()


def lines(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Lines with their numbers, counted from 1; blank lines are left out."""
    file.seek(0)
    for number, line in enumerate(file, start=1):
        if not line.isspace():
            yield number, line


def check_file(file: BinaryIO) -> tuple[int, frozenset[str]]:
    """The number of events of a file, and their topics; raises InvalidEvents with invalid lines."""
    order = _Order()
    wrong: list[str] = []
    topics: set[str] = set()
    good = refused = 0
    for number, line in lines(file):
        try:
            event = parse(line)
            order.check(event)
        except InvalidEvents as error:
            refused += 1
            if refused <= REASONS_MAX:
                wrong.append(f"  line {number}: {error}")
        else:
            good += 1
            topics.add(event_type(event.type).topic)
    if refused:
        raise InvalidEvents(_refusal(refused, good + refused, wrong))
    return good, frozenset(topics)


def _refusal(refused: int, total: int, wrong: list[str]) -> str:
    more = [f"  … and {refused - len(wrong):,} more"] if refused > len(wrong) else []
    head = f"{refused:,} of {total:,} lines are refused, so nothing was published:"
    return "\n".join([head, *wrong, *more])


@contextmanager
def opened(path: str | Path) -> Iterator[BinaryIO]:
    """A file that can be read twice; ``-`` is standard input. Pipes are kept in a temporary file.

    Raises HomeroomError where there is no such file.
    """
    with ExitStack() as stack:
        try:
            source = (
                sys.stdin.buffer if str(path) == "-" else stack.enter_context(Path(path).open("rb"))
            )
        except OSError as error:
            raise HomeroomError(f"{path} cannot be read: {error.strerror}.") from None
        if not source.seekable():
            spool = stack.enter_context(tempfile.TemporaryFile())
            copyfileobj(source, spool)
            source = spool
        yield source


async def publish_file(
    settings: KafkaSettings, path: str | Path, *, on_progress: OnProgressOf | None = None
) -> Published:
    """Publishes the events of a file, in its order, if every line is valid.

    Raises InvalidEvents where lines are refused, and HomeroomError where the file or the brokers
    do not answer; both say how much was published.
    """
    with opened(path) as file:
        total, topics = check_file(file)
        report = of_total(on_progress, total)
        async with Publisher(settings) as publisher:
            await publisher.require_topics(topics)
            events = (parse(line) for _, line in lines(file))
            return await publisher.publish(events, on_progress=report)
