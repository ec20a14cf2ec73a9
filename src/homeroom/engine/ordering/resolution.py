"""What folding alone could not decide, looked at once, behind the lock.

The subjects looked at are those whose patch was not taken, those with events ahead of a hole,
those with a letter in the batch, those that this batch touched while they were incomplete or have
a discard, and those that an operator's decision is about.
It must be behind the lock: once partitions were added, a subject may live in two of them, and two
workers could each miss the other's uncommitted half.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from psycopg import AsyncConnection
from psycopg.errors import SerializationFailure

from homeroom.engine.catalog import Entity
from homeroom.engine.decoding.batch import Batch
from homeroom.engine.decoding.decoder import Decoder
from homeroom.engine.generations.generation import ReadModel
from homeroom.engine.log.records import DeadLetter, Event, PassedOver, Place
from homeroom.engine.ordering import store as kept
from homeroom.engine.ordering.discards import Discards
from homeroom.engine.ordering.fold import EntityBatch, Patch, as_json
from homeroom.engine.ordering.rule import Subject, settle
from homeroom.engine.planning.planner import Plan


@dataclass(slots=True)
class LetGo:
    """What the look came to: entities written, the newest time applied, what was kept back."""

    entities: set[str] = field(default_factory=set)
    newest: datetime | None = None
    letters: list[DeadLetter] = field(default_factory=list)
    waiting: int = 0

    def note_applied(self, patches: Iterable[Patch]) -> None:
        """Only applied events make the tables newer (docs/contract.md, "Headers")."""
        for patch in patches:
            if patch.newest is not None and (self.newest is None or patch.newest > self.newest):
                self.newest = patch.newest


class LettingGo:
    """Settles subjects over the writer's connection, within its transaction."""

    def __init__(self, connection: AsyncConnection[Any], model: ReadModel, plan: Plan) -> None:
        self._connection = connection
        self._plan = plan
        self._catalog = model.catalog
        self._decoder = Decoder(model.catalog)
        self.discards = Discards()

    async def run(
        self,
        batch: Batch,
        folded: Mapping[str, EntityBatch],
        accepted: Mapping[str, int],
        any_incomplete: bool,
    ) -> LetGo:
        """Settles what is left of a batch.

        ``accepted``: how many patches were taken, by entity; ``any_incomplete``: whether there is
        an incomplete subject at all.
        """
        result = LetGo()
        letters = _by_subject(batch.letters)
        unplaced = letters.pop("", {}).get("", [])
        await kept.insert_letters(self._connection, unplaced, self.discards)
        result.letters += unplaced
        asked: dict[str, set[str]] = defaultdict(set)
        if any_incomplete:
            touched = {name: of_entity.events for name, of_entity in folded.items()}
            asked.update(await kept.incomplete_among(self._connection, touched))
        for entity in self._catalog.entities:
            of_entity = folded.get(entity.name) or EntityBatch(entity)
            ask = asked[entity.name] | of_entity.held | set(letters.get(entity.name, ()))
            ask.update(batch.looked_at.get(entity.name, ()))
            # What they reach may be followed by a discarded number.
            ask |= self.discards.among(entity.name, of_entity.events)
            all_taken = accepted.get(entity.name, 0) == len(of_entity.patches)
            if not ask and all_taken:
                result.note_applied(of_entity.patches)
                continue
            look = ask if all_taken else ask | {p.subject for p in of_entity.patches}
            stored = await self._sequences(entity, sorted(look))
            not_taken = {
                p.subject for p in of_entity.patches
                if p.subject in stored and not stored[p.subject].written
            }  # fmt: skip
            result.note_applied(p for p in of_entity.patches if p.subject not in not_taken)
            subjects = [stored[key] for key in sorted(ask | not_taken)]
            await self._settle(entity, subjects, of_entity, letters.get(entity.name, {}), result)
        return result

    async def _sequences(self, entity: Entity, keys: Sequence[str]) -> dict[str, Subject]:
        columns = [list(column) for column in zip(*(k.split("/") for k in keys), strict=True)]
        cursor = await self._connection.execute(
            self._plan.entities[entity.name].sequences.encode(),
            (*columns, list(keys)),
            prepare=True,
        )
        return {
            key: Subject(entity, key, row or rowless or 0, row is not None, bool(written))
            for key, row, written, rowless in await cursor.fetchall()
        }

    async def _settle(
        self,
        entity: Entity,
        subjects: Sequence[Subject],
        of_entity: EntityBatch,
        letters: Mapping[str, list[DeadLetter]],
        result: LetGo,
    ) -> None:
        """Decides over some subjects of one entity and writes it."""
        waiting, refused = await self._waiting(entity, [s.key for s in subjects])
        outcomes = [
            settle(
                subject,
                waiting[subject.key],
                of_entity.events.get(subject.key, []),
                [*letters.get(subject.key, []), *refused[subject.key]],
                self.discards.of(entity.name, subject.key),
            )
            for subject in subjects
        ]
        for outcome in outcomes:
            outcome.let_go += [r.place.sequence for r in refused[outcome.subject.key] if r.place]
        patches = [outcome.patch for outcome in outcomes if outcome.patch is not None]
        started = [o.subject.key for o in outcomes if o.patch and not o.subject.has_row]
        await kept.forget_rowless(self._connection, entity.name, started)
        await self._write(entity, patches)
        await kept.keep(self._connection, entity.name, outcomes, self.discards)
        result.note_applied(patches)
        result.letters += [letter for outcome in outcomes for letter in outcome.letters]
        result.waiting += sum(len(outcome.held_back) for outcome in outcomes)
        if patches:
            result.entities.add(entity.name)

    async def _waiting(
        self, entity: Entity, keys: Sequence[str]
    ) -> tuple[defaultdict[str, list[Event]], defaultdict[str, list[DeadLetter]]]:
        """The waiting events of some subjects; those that no longer hold are letters."""
        events: defaultdict[str, list[Event]] = defaultdict(list)
        refused: defaultdict[str, list[DeadLetter]] = defaultdict(list)
        for key, record, sequence in await kept.waiting_of(self._connection, entity.name, keys):
            decoded = self._decoder.decode(record)
            if isinstance(decoded, PassedOver) and decoded.event is not None:
                decoded = decoded.event
            if isinstance(decoded, Event):
                events[key] += self.discards.emptied([decoded])
            elif isinstance(decoded, DeadLetter):
                place = Place(entity, key, sequence)
                refused[key].append(DeadLetter(decoded.reason, decoded.detail, place, record))
        return events, refused

    async def _write(self, entity: Entity, patches: Sequence[Patch]) -> None:
        """Takes patches that were decided with all that waits."""
        if not patches:
            return
        cursor = await self._connection.execute(
            self._plan.entities[entity.name].write_settled.encode(),
            (as_json(entity, patches),),
            prepare=True,
        )
        taken = (await cursor.fetchone() or (0,))[0]
        if taken != len(patches):
            # Only another writer of the same subject, not behind this lock yet, can be the cause.
            raise SerializationFailure(
                f"{len(patches) - taken} rows of {entity.name} changed while they were looked at."
            )


def _by_subject(letters: Iterable[DeadLetter]) -> dict[str, dict[str, list[DeadLetter]]]:
    """Letters by entity name and subject; those without a place under two empty names."""
    found: dict[str, dict[str, list[DeadLetter]]] = defaultdict(lambda: defaultdict(list))
    for letter in letters:
        entity, subject = (
            (letter.place.entity.name, letter.place.subject) if letter.place else ("", "")
        )
        found[entity][subject].append(letter)
    return found
