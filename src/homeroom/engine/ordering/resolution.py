"""Decides behind the lock about the subjects that folding alone could not decide.

Looked at are subjects whose patch was not taken, that have events ahead of a gap or a dead letter
in the batch, that this batch has touched and that are incomplete or have a discard, and those that
an operator's decision is about. The look must be behind the lock: once partitions were added, a
subject may live in two of them, and two workers could each miss the uncommitted half of the other.
"""

from collections import Counter, defaultdict
from collections.abc import AsyncIterable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from psycopg import AsyncConnection
from psycopg.errors import SerializationFailure

from homeroom.engine.catalog import Catalog, Entity
from homeroom.engine.decoding.batch import Batch
from homeroom.engine.decoding.decoder import Decoder
from homeroom.engine.log.records import DeadLetter, SequenceConflict
from homeroom.engine.ordering import rule_sql, store
from homeroom.engine.ordering.behind import put_behind
from homeroom.engine.ordering.discards import Discards
from homeroom.engine.ordering.fold import EntityBatch, Patch, as_columns, fold, resolved_patch
from homeroom.engine.ordering.rule import SubjectState, resolve
from homeroom.engine.ordering.waiting import WaitingReader


@dataclass(slots=True)
class Resolution:
    """What became of a batch's events.

    ``written``: how many rows were written behind the lock, by entity; ``newest``: the greatest
    time of the applied events; ``dead_letters``: all that were written; ``waiting``: how many
    events have begun to wait; ``conflicts``: those that were not known before.
    """

    written: Counter[str] = field(default_factory=Counter)
    newest: datetime | None = None
    dead_letters: list[DeadLetter] = field(default_factory=list)
    waiting: int = 0
    conflicts: list[SequenceConflict] = field(default_factory=list)

    def note_applied(self, patches: Iterable[Patch]) -> None:
        """Only what was applied counts for how fresh the tables are."""
        for patch in patches:
            if patch.newest is not None and (self.newest is None or patch.newest > self.newest):
                self.newest = patch.newest

    def add(self, other: "Resolution") -> None:
        """Adds what became of further events."""
        self.written += other.written
        if other.newest is not None:
            self.newest = max(self.newest or other.newest, other.newest)
        self.dead_letters += other.dead_letters
        self.waiting += other.waiting
        self.conflicts += other.conflicts


class Resolver:
    """Resolves subjects over the writer's connection, within its transaction."""

    def __init__(
        self,
        connection: AsyncConnection[Any],
        catalog: Catalog,
        upserts: Mapping[str, bytes],
    ) -> None:
        """``upserts``: by entity name, the statement that writes patches that were resolved."""
        self._connection = connection
        self._catalog = catalog
        self._upserts = upserts
        self._states = {e.name: rule_sql.subject_states(e).encode() for e in catalog.entities}
        self._waiting = WaitingReader(connection, Decoder(catalog))
        self.discards = Discards()

    async def resolve(
        self,
        batch: Batch,
        folded: Mapping[str, EntityBatch],
        accepted: Mapping[str, int],
        any_incomplete: bool,
    ) -> Resolution:
        """Decides about all subjects of a batch that are not decided yet, and writes them.

        ``accepted``: how many patches were taken, by entity; ``any_incomplete``: whether there is
        an incomplete subject at all.
        """
        resolution = Resolution()
        dead_letters = _by_subject(batch.dead_letters)
        without_place = dead_letters.pop("", {}).get("", [])
        await store.put_dead_letters(
            self._connection, without_place, self.discards, self._catalog.letter_bytes_max
        )
        resolution.dead_letters += without_place
        incomplete: Mapping[str, set[str]] = {}
        if any_incomplete:
            touched = {name: of_entity.events for name, of_entity in folded.items()}
            incomplete = await store.incomplete_among(self._connection, touched)
        concerned = {*folded, *dead_letters, *batch.looked_at, *incomplete}
        for entity in [e for e in self._catalog.entities if e.name in concerned]:
            of_entity = folded.get(entity.name) or EntityBatch(entity)
            of_dead_letters = dead_letters.get(entity.name, {})
            undecided = of_entity.unresolved | incomplete.get(entity.name, set())
            undecided.update(of_dead_letters, batch.looked_at.get(entity.name, ()))
            # What such a subject reaches may be followed by a discarded number.
            undecided |= self.discards.among(entity.name, of_entity.events)
            all_taken = accepted.get(entity.name, 0) == len(of_entity.patches)
            if not undecided and all_taken:
                resolution.note_applied(of_entity.patches)
                continue
            patched = set() if all_taken else {patch.subject for patch in of_entity.patches}
            states = await self._read_states(entity, sorted(undecided | patched))
            not_taken = {
                patch.subject
                for patch in of_entity.patches
                if patch.subject in states and not states[patch.subject].written
            }
            resolution.note_applied(p for p in of_entity.patches if p.subject not in not_taken)
            subjects = [states[key] for key in sorted(undecided | not_taken)]
            looked_at = set(batch.looked_at.get(entity.name, ()))
            behind = await put_behind(
                self._connection,
                [s for s in subjects if s.key not in looked_at and s.key not in of_dead_letters],
                of_entity.events,
                self.discards,
            )
            resolution.waiting += sum(behind.values())
            if subjects := [subject for subject in subjects if subject.key not in behind]:
                await self._resolve_subjects(
                    entity, subjects, of_entity, of_dead_letters, resolution,
                    batch.refused_waiting,
                )  # fmt: skip
        return resolution

    async def resolve_parts(self, parts: AsyncIterable[Batch]) -> Resolution:
        """Decides about the events of some subjects, in parts that each look at all of them."""
        resolution = Resolution()
        async for part in parts:
            folded = fold(self.discards.emptied(part.events))
            resolution.add(await self.resolve(part, folded, {}, any_incomplete=True))
        return resolution

    async def sequences(self, entity: str, keys: Sequence[str]) -> dict[str, int]:
        """How far some subjects of one entity are."""
        if not keys:
            return {}
        states = await self._read_states(self._catalog.entity_by_name[entity], keys)
        return {key: state.sequence for key, state in states.items()}

    async def _read_states(self, entity: Entity, keys: Sequence[str]) -> dict[str, SubjectState]:
        columns = [list(column) for column in zip(*(k.split("/") for k in keys), strict=True)]
        cursor = await self._connection.execute(
            self._states[entity.name], (*columns, list(keys)), prepare=True
        )
        return {
            key: SubjectState(
                entity, key, of_row or without_row or 0, of_row is not None, bool(written), event_id
            )
            for key, of_row, written, without_row, event_id in await cursor.fetchall()
        }

    async def _resolve_subjects(
        self,
        entity: Entity,
        subjects: Sequence[SubjectState],
        of_entity: EntityBatch,
        dead_letters: Mapping[str, list[DeadLetter]],
        resolution: Resolution,
        refused: Mapping[tuple[str, str, int], str],
    ) -> None:
        """Decides about some subjects of one entity, and writes them."""
        keys = [subject.key for subject in subjects]
        waiting = await self._waiting.read(entity, keys, self.discards, refused)
        outcomes = [
            resolve(
                subject,
                waiting.events[subject.key],
                of_entity.events.get(subject.key, []),
                [*dead_letters.get(subject.key, []), *waiting.refused[subject.key]],
                self.discards.of(entity.name, subject.key),
            )
            for subject in subjects
        ]
        for outcome in outcomes:
            letters = waiting.refused[outcome.subject.key]
            outcome.released += [letter.place.sequence for letter in letters if letter.place]
        by_subject = {o.subject.key: patch for o in outcomes if (patch := resolved_patch(o))}
        started = [
            o.subject.key for o in outcomes if o.subject.key in by_subject and not o.subject.has_row
        ]
        patches = list(by_subject.values())
        await store.forget_subjects_without_row(self._connection, entity.name, started)
        await self._write(entity, patches)
        await store.put_outcomes(
            self._connection, entity.name, outcomes, self.discards, self._catalog.letter_bytes_max
        )
        resolution.note_applied(patches)
        resolution.dead_letters += [letter for o in outcomes for letter in o.dead_letters]
        conflicts = [conflict for o in outcomes for conflict in o.conflicts]
        resolution.conflicts += await store.put_conflicts(self._connection, conflicts)
        resolution.waiting += sum(len(outcome.newly_waiting) for outcome in outcomes)
        if patches:
            resolution.written[entity.name] += len(patches)

    async def _write(self, entity: Entity, patches: Sequence[Patch]) -> None:
        """Writes patches that were resolved with all that waits."""
        async for loaded in self._waiting.loaded(entity, patches):
            cursor = await self._connection.execute(
                self._upserts[entity.name], as_columns(loaded), prepare=True
            )
            taken = (await cursor.fetchone() or (0,))[0]
            if taken != len(loaded):
                # Only another writer of the same subject, not behind this lock yet, can be the
                # cause.
                raise SerializationFailure(
                    f"{len(loaded) - taken} rows of {entity.name} changed while they were looked "
                    "at."
                )


def _by_subject(dead_letters: Iterable[DeadLetter]) -> dict[str, dict[str, list[DeadLetter]]]:
    """Dead letters by entity name and subject; those without a place under two empty names."""
    by_subject: dict[str, dict[str, list[DeadLetter]]] = defaultdict(lambda: defaultdict(list))
    for dead_letter in dead_letters:
        place = dead_letter.place
        entity, subject = (place.entity.name, place.subject) if place else ("", "")
        by_subject[entity][subject].append(dead_letter)
    return by_subject
