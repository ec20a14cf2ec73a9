"""Holds a generation's tables against the model."""

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Protocol

import psycopg
from psycopg import sql

from homeroom.api.teacher.endpoints import EXAMS, with_start_times
from homeroom.operations.verifying.verify import verify
from homeroom.queries.statement import ReadResult, ReadStatement, read_rows
from tests.model import teacher
from tests.model.contract import BY_ENTITY, TIMED
from tests.model.log import DeadLetter, Log, instant
from tests.property.arena import Arena
from tests.property.batches import check_batches
from tests.property.histories import IN_TWO, TEACHERS, History
from tests.property.records import check_records
from tests.property.students import check_students
from tests.property.teaching import check_teaching
from tests.support import reads

LISTS = {
    "recent_exams": teacher.recent_exams,
    "recent_question_banks": teacher.recent_question_banks,
    "recent_classes": teacher.recent_classes,
    "recent_assignments": teacher.recent_assignments,
}
FULL_LISTS = {
    "all_exams": teacher.recent_exams,
    "all_question_banks": teacher.recent_question_banks,
    "all_classes": teacher.recent_classes,
    "all_assignments": teacher.recent_assignments,
    "graded_assignments": teacher.graded_assignments,
    "all_students": teacher.all_students,
}
NUMBERS = {"stats": teacher.stats, "navigation_counts": teacher.navigation_counts}
Rows = dict[str, dict[str, dict[str, Any]]]
# Of each row, by entity and key: its sequence, the partition and offsets of its events, and the id
# of the newest.
Stands = dict[tuple[str, str], tuple[int, int, int, int, str]]
# Reasons of letters whose turn came while there was no row.
WITHOUT_ROW = {"no_row", "unknown_type"}
# The partition of what is in several.
IN_SEVERAL = -1
STANDS = ("sequence", "partition", "first_offset", "last_offset", "event_id")


class Holder(Protocol):
    """What holds a generation: its URL, and its owner's connection, in its schema and in UTC."""

    database_url: str
    database: psycopg.Connection[Any]


def expected_rows(log: Log) -> Rows:
    """The model's rows with values as PostgreSQL returns them."""
    rows: Rows = {}
    for entity in BY_ENTITY:
        kinds = kinds_of(entity)
        rows[entity] = {
            key: {name: typed(kinds.get(name, ""), value) for name, value in row.items()}
            for key, row in log.rows(entity).items()
        }
    return rows


def kinds_of(entity: str) -> dict[str, str]:
    """The kind of each column of an entity that an event sets."""
    kinds = {f.column: f.kind for t in BY_ENTITY[entity] for f in t.fields}
    return kinds | {TIMED.get(entity, ""): "time"}


def typed(kind: str, value: Any) -> Any:
    """As PostgreSQL returns it."""
    if value is None:
        return None
    if kind == "time":
        return instant(value)
    return Decimal(str(value)) if kind in {"score", "marks", "marks above 0", "amount"} else value


def stored_rows(arena: Holder) -> tuple[Rows, Stands]:
    """The entity tables, and how far and where each row stands in the log."""
    rows: Rows = {}
    stands: Stands = {}
    for entity, types in BY_ENTITY.items():
        rows[entity] = {}
        cursor = arena.database.execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier(entity)))
        names = [column.name for column in cursor.description or ()]
        for values in cursor:
            row = dict(zip(names, values, strict=True))
            key = "/".join(row[name] for name in types[0].key)
            sequence, partition, first, last, id_ = (row.pop(name) for name in STANDS)
            stands[entity, key] = sequence, partition, first, last, id_
            del row["first_sequence"], row["mask"]
            rows[entity][key] = row
    return rows, stands


def _without_offsets(stands: Stands) -> Stands:
    """The same, but for the offsets of what is in several partitions."""
    return {
        place: (at[0], IN_SEVERAL, 0, 0, at[4]) if at[1] == IN_SEVERAL else at
        for place, at in stands.items()
    }


def check(arena: Arena, history: History) -> None:
    """Everything that a generation holds is what the model says."""
    log = Log((p.entry for p in history.log), history.sparse_topics)
    _check_positions(arena, history)
    check_tables(arena, log)


def check_tables(arena: Holder, log: Log, *, moved: bool = False) -> None:
    """The same, but for the positions.

    ``moved``: subjects may have gone to another partition with numbers that were there already. Of
    a number in two partitions the copy that is read first counts, and which that is, is open.
    """
    rows = expected_rows(log)
    stored, stands = stored_rows(arena)
    for entity in rows:
        assert stored[entity] == rows[entity], entity
    expected = {
        s.place: (s.reached, *s.stands_at(), s.newest_id)
        for s in log.subjects.values()
        if s.row is not None
    }
    if moved:
        assert _without_offsets(stands) == _without_offsets(expected)
    else:
        assert stands == expected
    _check_kept(arena, log)
    newest = _table(arena, "SELECT max(newest_time) FROM positions")[0][0]
    assert newest == log.newest_time
    assert [c for c in verify(arena.database_url) if c.differs] == []
    full = with_keys(rows)
    _check_dashboards(arena, full)
    check_students(arena.database, full, newest)
    check_batches(arena.database, full)
    check_teaching(arena.database, full)
    check_records(arena.database, full)


def _table(arena: Holder, query: str) -> list[tuple[Any, ...]]:
    return list(arena.database.execute(query.encode()))


def _check_kept(arena: Holder, log: Log) -> None:
    """Letters, waiting events, holes, incomplete and rowless subjects, types passed over."""
    subjects = log.subjects.values()
    letters = _table(arena, 'SELECT topic, partition, "offset", reason, entity, key, sequence, '
                            "closed_as FROM dead_letters")  # fmt: skip
    expected = [
        _letter(letter, letter in s.open_letters()) for s in subjects for letter in s.letters
    ]
    expected += [_letter(letter, True) for letter in log.unplaced]
    assert {row[4:7] for row in letters if row[7] is None} == {
        e[4:7] for e in expected if e[7] is None
    }
    assert _comparable(letters) == _comparable(expected)

    waiting = _table(arena, 'SELECT entity, key, sequence, topic, partition, "offset" FROM waiting')
    expected = [
        (*s.place, n, *entry.position) for s in subjects for n, entry in s.waiting.items()
    ]  # fmt: skip
    assert _without_copies(waiting) == _without_copies(expected)

    holes = _table(arena, "SELECT entity, key, first_sequence, last_sequence, waiting FROM gaps")
    assert sorted(holes) == sorted((*s.place, *hole) for s in subjects for hole in s.holes())

    incomplete = _table(
        arena,
        "SELECT entity, key, has_row, (extract(epoch FROM since) * 1000)::bigint FROM incomplete",
    )
    expected = [
        (*s.place, s.row is not None, s.incomplete_since())
        for s in subjects if s.incomplete_since() is not None
    ]  # fmt: skip
    assert _without_times(incomplete) == _without_times(expected)

    rowless = _table(arena, "SELECT entity, key, sequence FROM subjects_without_row")
    assert sorted(rowless) == sorted(
        (*s.place, s.reached) for s in subjects if s.reached and s.row is None
    )
    passed_over = {
        (topic, name): n
        for topic, name, n in _table(arena, "SELECT topic, type, events FROM passed_over")
    }
    assert passed_over == log.passed_over
    conflicts = _table(
        arena, "SELECT entity, key, sequence, event_id, first_event_id FROM sequence_conflicts"
    )
    assert {(*place, id_, first) for (place, id_), first in log.conflicts.items()} == {*conflicts}


def _letter(letter: DeadLetter, is_open: bool) -> tuple[Any, ...]:
    place = letter.entry.place or (None, None, None)
    return (*letter.entry.position, letter.reason, *place, None if is_open else "superseded")


def _comparable(letters: Iterable[tuple[Any, ...]]) -> Counter[tuple[Any, ...]]:
    """Letters, less what depends on when they were looked at.

    Of a subject in two partitions the order is open, and with it which copies have no row. An
    event that waited and then proved to have no row had filled its place for a while: whether a
    letter there was closed meanwhile is open too.
    """
    letters = list(letters)
    reopened = {letter[4:7] for letter in letters if letter[3] in WITHOUT_ROW}
    exact: Counter[tuple[Any, ...]] = Counter()
    loose = set()
    for letter in letters:
        if letter[4:7] in reopened:
            letter = letter[:7]
        if letter[4:6] in IN_TWO and letter[3] in WITHOUT_ROW:
            loose.add(letter[3:])
        else:
            exact[letter] += 1
    return exact + Counter(loose)


def _without_copies(waiting: Iterable[tuple[Any, ...]]) -> set[tuple[Any, ...]]:
    """Of a subject in two partitions either copy of an event may wait."""
    return {w[:3] if w[:2] in IN_TWO else w for w in waiting}


def _without_times(incomplete: Iterable[tuple[Any, ...]]) -> set[tuple[Any, ...]]:
    return {i[:3] if i[:2] in IN_TWO else i for i in incomplete}


def _check_positions(arena: Arena, history: History) -> None:
    ends = {p: items[-1].record.offset + 1 for p, items in history.by_partition().items()}
    assert arena.stored() == ends


def with_keys(rows: Rows) -> Rows:
    """The rows with the columns of their keys, as the rules of dashboards take them."""
    return {
        entity: {
            key: row | dict(zip(BY_ENTITY[entity][0].key, key.split("/"), strict=True))
            for key, row in of_entity.items()
        }
        for entity, of_entity in rows.items()
    }


def _check_dashboards(arena: Holder, full: Rows) -> None:
    """What the query service reads is what the rules say."""
    with arena.database.transaction():
        now = _table(arena, "SELECT now()")[0][0]
        for who in TEACHERS:
            for name, rule in NUMBERS.items():
                assert _answered(arena, reads.TEACHERS[name], who) == [rule(full, who, now)], name
            for name, of_list in LISTS.items():
                assert _answered(arena, reads.TEACHERS[name], who) == of_list(full, who), name
            _check_lists(arena, full, who)


def _check_lists(arena: Holder, full: Rows, who: str) -> None:
    """Whole lists, and how many rows they have: as counted before, and as counted for a filter."""
    class_id = min(full["class"], default="C")
    for name, of_list in FULL_LISTS.items():
        expected = of_list(full, who)
        assert _listed(arena, name, who) == expected, name
        assert _listed(arena, name, who, filtered=True) == expected, name
    of_class = _listed(arena, "students_of_class", who, class_id=class_id)
    assert of_class == teacher.all_students(full, who, class_id)


def _listed(arena: Holder, name: str, who: str, **asked: object) -> list[dict[str, Any]]:
    read = reads.TEACHERS_LISTS[name]
    found = _read(arena, read, who, **asked)
    if found.about:
        assert found.about["total"] == len(found.rows), name
    return with_start_times(found) if name == "all_exams" else found.rows


def _answered(arena: Holder, read: ReadStatement, who: str) -> list[dict[str, Any]]:
    found = _read(arena, read, who)
    return with_start_times(found) if read is EXAMS else found.rows


def _read(arena: Holder, read: ReadStatement, who: str, **asked: object) -> ReadResult:
    """A read, asked by the owner in the holder's own schema."""
    values = reads.FIRST_PAGE | {
        "generation": None, "jti": None, "subject": None, "issued_at": None,
        "student_id": "", "teacher_id": who, "organization_id": "", "admin_id": "",
        "service_id": "", "status": None, "limit": 1000,
    } | asked  # fmt: skip
    cursor = psycopg.RawCursor(arena.database)
    cursor.execute(read.sql, [values[name] for name in read.parameters])
    names = read.names([column.name for column in cursor.description or ()])
    found = read_rows(names, cursor.fetchall())
    assert found is not None
    return found
