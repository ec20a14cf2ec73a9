"""The part of the rule of order that PostgreSQL checks itself, in the words of SQL.

Most patches are written without a look at their rows: the upsert takes a patch that continues what
is stored, and leaves all others to ``rule.resolve``. A property test holds that both agree
(tests/property/test_order.py).
"""

from homeroom.engine.catalog import Entity


def continues(entity: Entity, stored: str, patch: str) -> str:
    """The condition that a patch continues a stored sequence.

    ``stored``: an expression for the row's sequence; ``patch``: what the patch's columns stand
    under (``Patch.row``).
    """
    if entity.sparse:
        return f"{stored} < {patch}.first_sequence"
    return f"{stored} = {patch}.first_sequence - 1"


def takes_without_row(entity: Entity, patch: str) -> str:
    """The condition that a patch makes a row, where there may be none.

    A subject whose first numbers were taken without a row does not start here. As long as there is
    none of the entity, no subject is looked at.
    """
    return (
        f"{patch}.starts AND (NOT (SELECT EXISTS "
        f"(SELECT FROM subjects_without_row WHERE entity = '{entity.name}')) "
        f"OR {_sequence_without_row(entity, _subject(entity, patch))} IS NULL)"
    )


def nothing_waits(entity: Entity, patch: str) -> str:
    """The condition that no event of the patch's subject waits; empty where none ever does.

    Of two events with one number the earlier in the log counts, and that may be one that waits.
    The first half spares the look at each subject as long as no event of the entity waits. The
    second is a scalar subquery: of NOT EXISTS PostgreSQL makes a list of all that waits, for each
    batch.
    """
    if entity.sparse:
        return ""
    return (
        f"(NOT (SELECT EXISTS (SELECT FROM waiting WHERE entity = '{entity.name}')) "
        "OR (SELECT true FROM waiting v "
        f"WHERE v.entity = '{entity.name}' AND v.key = {_subject(entity, patch)} LIMIT 1) IS NULL)"
    )


def subject_states(entity: Entity) -> str:
    """The statement that reads the state of some subjects: what ``rule.SubjectState`` is made from.

    Gives key, the row's sequence, whether this transaction wrote the row, the sequence of a subject
    without a row, and the id of the row's newest event. Takes one array for each key column, and
    the keys as an array.
    """
    names = entity.key_names
    arrays = ", ".join("%s::varchar[]" for _ in names)
    same_row = " AND ".join(f"p.{name} = a.{name}" for name in names)
    return (
        "SELECT a.subject, "
        f"(SELECT p.sequence FROM {entity.name} p WHERE {same_row}), "
        f"(SELECT p.xmin = pg_current_xact_id()::xid FROM {entity.name} p WHERE {same_row}), "
        f"{_sequence_without_row(entity, 'a.subject')}, "
        f"(SELECT p.event_id FROM {entity.name} p WHERE {same_row}) "
        f"FROM unnest({arrays}, %s::varchar[]) AS a({', '.join(names)}, subject)"
    )


def _subject(entity: Entity, patch: str) -> str:
    return " || '/' || ".join(f"{patch}.{name}" for name in entity.key_names)


def _sequence_without_row(entity: Entity, subject: str) -> str:
    return (
        "(SELECT r.sequence FROM subjects_without_row r "
        f"WHERE r.entity = '{entity.name}' AND r.key = {subject})"
    )
