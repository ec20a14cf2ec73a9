"""Renders the status for a terminal."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from rich.console import Group, RenderableType
from rich.text import Text

from homeroom.cli.app import counted
from homeroom.cli.printing import Listing, line
from homeroom.operations.status.brokers import Member
from homeroom.operations.status.flink_feed import FlinkFeed
from homeroom.operations.status.publishers import (
    ConflictingEvents,
    PassedOverEvents,
    SplitSubjects,
    new_sources,
)
from homeroom.operations.status.status import PartitionStatus, SystemStatus

TYPES_MAX = 10
UNKNOWN = "?"
BY_FLINK = "\nA job of Flink's feeds the tables; workers feed what is kept beside them."


def render(status: SystemStatus) -> RenderableType:
    """Totals first, then the workers, then the partitions with lag."""
    workers = _workers(status.workers) if status.flink is None else [Text(BY_FLINK)]
    return Group(*_totals(status), *workers, *_partitions(status), *_notes(status))


def _totals(status: SystemStatus) -> Iterator[RenderableType]:
    lags = [p.lag_events for p in status.topics]
    behind = None if not lags or None in lags else sum(lag or 0 for lag in lags)
    oldest = max((p.lag_seconds or 0.0 for p in status.topics), default=0.0)
    table = Listing("", "")
    table.add("generation", status.generation or UNKNOWN)
    lag = Text(_number(behind), "green" if behind == 0 else "yellow")
    lag.append(" events" + (f", the oldest published {duration(oldest)} ago" if behind else ""))
    table.add("lag", lag)
    rate = status.rate_events_per_second
    table.add("rate", UNKNOWN if rate is None else f"{rate:,.0f} events/s")
    if status.flink is None:
        table.add("dead letters", _count(status.dead_letters))
        table.add("gaps", _count(status.holes))
        table.add("waiting", _count(status.waiting))
    else:
        table.add("not read", _unreadable(status.flink))
        table.add("subjects with gaps", _count(status.flink.incomplete))
    table.add("outbox", _outbox(status))
    table.add("unscanned files", _unscanned(status))
    yield table


def _unreadable(feed: FlinkFeed) -> Text:
    """Records that are no event: the job counts them by topic, and keeps none."""
    records = sum(of.records for of in feed.unreadable)
    topics = ", ".join(f"{of.topic} {of.records:,}" for of in feed.unreadable)
    return line(f"{records:,} ({topics})", "yellow") if records else Text("0")


def _outbox(status: SystemStatus) -> Text:
    """Events of commands that are not published yet. Usually each is published within a second."""
    if status.outbox is None:
        return Text(UNKNOWN)
    count = status.outbox.unpublished
    if not count:
        return Text("0")
    since = duration(status.outbox.oldest_seconds)
    text = f"{count:,} to be published, the oldest for {since}"
    if status.outbox.unknown:
        types = ", ".join(status.outbox.unknown_types)
        text += f"; {status.outbox.unknown:,} of them need a version that knows {types}"
    if status.outbox.refused:
        text += f"; {status.outbox.refused:,} of them are too large for their topic"
    return line(text, "yellow")


def _unscanned(status: SystemStatus) -> Text:
    """Files of teachers that nobody has scanned. Usually each is scanned within seconds."""
    if status.unscanned is None:
        return Text(UNKNOWN)
    if not status.unscanned.files:
        return Text("0")
    since = duration(status.unscanned.oldest_seconds)
    return Text(f"{status.unscanned.files:,}, the oldest for {since}", "yellow")


def _workers(workers: tuple[Member, ...] | None) -> Iterator[RenderableType]:
    if workers is None:
        yield Text(f"\nWorkers: {UNKNOWN}")
        return
    if not workers:
        yield Text("\nNo worker is running.", "yellow")
        return
    yield Text(f"\n{len(workers)} worker{'s' if len(workers) > 1 else ''}")
    table = Listing("", "", "")
    for worker in workers:
        table.add(f"  {worker.host}", worker.client_id, _ranges(worker.partitions))
    yield table


def _ranges(partitions: tuple[str, ...]) -> str:
    """``classes:0``, ``classes:1``, ``exams:0`` as ``classes 0,1; exams 0``."""
    named = [partition.rsplit(":", 1) for partition in partitions]
    numbers = ((t, sorted(int(n) for _, n in of)) for t, of in groupby(named, lambda name: name[0]))
    return "; ".join(f"{topic} {','.join(map(str, of))}" for topic, of in numbers) or "standing by"


def _partitions(status: SystemStatus) -> Iterator[RenderableType]:
    """Partitions with lag; all partitions where the lag is not known."""
    if not status.topics:
        return
    shown = [p for p in status.topics if p.lag_events != 0]
    if not shown:
        yield Text(f"\nAll {len(status.topics)} partitions are at the log's end.", "green")
        return
    known = shown[0].lag_events is not None
    if known:
        shown.sort(key=lambda p: -(p.lag_events or 0))
        yield Text(f"\n{len(shown)} of {len(status.topics)} partitions have lag")
    numbers = ("partition", "position", "end", "lag", "oldest")
    listing = Listing("topic", *numbers, right=numbers)
    for partition in shown:
        listing.add(*_cells(partition))
    yield listing


def _cells(partition: PartitionStatus) -> tuple[str, ...]:
    seconds = partition.lag_seconds
    return (
        partition.topic,
        str(partition.partition),
        _number(partition.position),
        _number(partition.end),
        _number(partition.lag_events),
        UNKNOWN if seconds is None else duration(seconds),
    )


def _notes(status: SystemStatus) -> Iterator[RenderableType]:
    if status.passed_over:
        events = sum(kind.events for kind in status.passed_over)
        yield Text(f"\n{events:,} events of unknown types were passed over")
        yield from _types([(kind, _about(kind)) for kind in status.passed_over])
    if status.sequence_conflicts:
        events = sum(kind.events for kind in status.sequence_conflicts)
        yield Text(f"\n{events:,} events came with a number that another event has", "yellow")
        yield from _types([(kind, _about_conflict(kind)) for kind in status.sequence_conflicts])
    if new := new_sources(status.sources):
        said = "published on a topic of others for the first time, in the last 7 days"
        yield Text(f"\n{counted(len(new), 'source')} {said}", "yellow")
        for one in new[:TYPES_MAX]:
            place = f"{one.topic}:{one.partition}:{one.offset}"
            yield line(f"  {one.source} in {one.topic}, since {one.since:%Y-%m-%d %H:%M} ({place})")
        if more := len(new[TYPES_MAX:]):
            yield Text(f"  and {more} more sources")
    if status.in_several_partitions:
        subjects = sum(split.subjects for split in status.in_several_partitions)
        yield Text(
            f"\n{counted(subjects, 'subject')} with events in several partitions: the publisher "
            "changed its partitioner, or the topic got more partitions",
            "yellow",
        )
        yield from map(_about_split, status.in_several_partitions)
    if status.warnings:
        yield Text()
    for warning in status.warnings:
        yield line(f"Warning: {warning}", "yellow")


def _types(
    kinds: Sequence[tuple[PassedOverEvents | ConflictingEvents, str]],
) -> Iterator[RenderableType]:
    """A line for each type, with what is to be said about it."""
    for kind, about in kinds[:TYPES_MAX]:
        yield line(f"  {kind.events:,}  {kind.type} in {kind.topic}{about}")
    if more := len(kinds[TYPES_MAX:]):
        yield Text(f"  and {more} more types")


def _about_conflict(kind: ConflictingEvents) -> str:
    """The newest event of a number given twice, and the event that has the number."""
    place = f"{kind.topic}:{kind.partition}:{kind.offset}"
    return (
        f"; the newest at {place}: number {kind.sequence} of {kind.subject} belongs to the event "
        f"{kind.first_event_id}, not to {kind.event_id}"
    )


def _about_split(split: SplitSubjects) -> Text:
    """How many subjects of an entity, and the first of them."""
    more = ", …" if split.subjects > len(split.keys) else ""
    keys = ", ".join(split.keys)
    return line(f"  {split.subjects:,}  {split.entity} in {split.topic}: {keys}{more}")


def _about(kind: PassedOverEvents) -> str:
    """The newest event of a type that is not known, and what can be done."""
    parts = []
    if kind.offset is not None:
        of = f" of {kind.subject}" if kind.subject else ""
        parts.append(f"the newest{of} at {kind.topic}:{kind.partition}:{kind.offset}")
    if kind.did_you_mean:
        parts.append(f"did you mean `{kind.did_you_mean}`?")
    if kind.is_known:
        parts.append("this version knows the type: `homeroom rebuild` applies them")
    return "".join(f"; {part}" for part in parts)


def _number(value: int | None) -> str:
    return UNKNOWN if value is None else f"{value:,}"


def _count(value: int | None) -> Text:
    return Text(_number(value), "yellow" if value else "")


def duration(seconds: float) -> str:
    """``0.4 s``, ``12 s``, ``3 min``, ``5.2 h``, ``8 days``: one number with its unit."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < 120:
        return f"{seconds:.0f} s"
    if seconds < 7200:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h" if seconds < 172_800 else f"{seconds / 86_400:.0f} days"
