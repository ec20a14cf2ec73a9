"""A batch: the decoded records of one poll, and the positions that they move."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from homeroom.engine.decoding.decoder import Decoder
from homeroom.engine.log.records import DeadLetter, Event, Move, Partition, Record


@dataclass(slots=True)
class Batch:
    """Everything one transaction applies. ``records`` are in log order within a partition."""

    records: Sequence[Record]
    moves: Mapping[Partition, Move]
    events: list[Event] = field(default_factory=list)
    dead_letters: list[DeadLetter] = field(default_factory=list)
    passed_over: Counter[tuple[str, str]] = field(default_factory=Counter)
    # Subjects, by entity name, to resolve although the batch has no record of them.
    looked_at: Mapping[str, Collection[str]] = field(default_factory=dict)


def make_batch(
    decoder: Decoder, records: Sequence[Record], moves: Mapping[Partition, Move]
) -> Batch:
    """Decodes the records of a poll."""
    batch = Batch(records, moves)
    events, dead_letters = batch.events, batch.dead_letters
    decode = decoder.decode
    for record in records:
        decoded = decode(record)
        if isinstance(decoded, Event):
            events.append(decoded)
        elif isinstance(decoded, DeadLetter):
            dead_letters.append(decoded)
        else:
            batch.passed_over[record.topic, decoded.type_name] += 1
            if decoded.event is not None:
                events.append(decoded.event)
    return batch


def halves(batch: Batch, decoder: Decoder) -> Iterable[Batch]:
    """Splits a batch in two, each with the positions that its records reach."""
    middle = len(batch.records) // 2
    first, second = batch.records[:middle], batch.records[middle:]
    reached = {p: move.expected for p, move in batch.moves.items()}
    for record in first:
        partition = Partition(record.topic, record.partition)
        # A record that is applied again lies behind the position, which must not go back.
        reached[partition] = max(reached[partition], record.offset + 1)
    yield make_batch(
        decoder, first, {p: Move(m.expected, reached[p]) for p, m in batch.moves.items()}
    )
    yield make_batch(decoder, second, {p: Move(reached[p], m.next) for p, m in batch.moves.items()})
