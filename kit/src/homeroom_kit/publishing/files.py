"""Events from files of JSON lines, one CloudEvent in structured form in each.

A file is read twice: first to check every line, then to publish. So no event of a file with an
invalid line is published, and a file may be larger than the memory.
"""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from shutil import copyfileobj
from typing import BinaryIO

import orjson

from homeroom_kit.errors import HomeroomError, InvalidEvents
from homeroom_kit.publishing.events import OutgoingEvent, event_type
from homeroom_kit.publishing.order import SequenceOrder
from homeroom_kit.publishing.publisher import OnProgressOf, Published, Publisher, of_total
from homeroom_kit.publishing.structured import event_of
from homeroom_kit.settings import KafkaSettings

REASONS_MAX = 10


def parse(line: bytes) -> OutgoingEvent:
    """The event of one line; raises InvalidEvents with the reason."""
    try:
        attributes = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise InvalidEvents(f"not JSON: {error}") from None
    return event_of(attributes)


def lines(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Lines with their numbers, counted from 1; blank lines are left out."""
    file.seek(0)
    for number, line in enumerate(file, start=1):
        if not line.isspace():
            yield number, line


def check_file(file: BinaryIO) -> tuple[int, frozenset[str]]:
    """The number of events of a file, and their topics; raises InvalidEvents with invalid lines."""
    order = SequenceOrder()
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
