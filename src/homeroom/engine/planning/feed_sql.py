"""The change feed: a statement that tells which rows of a projection a batch has changed.

It reads the projection's delta, as other projections do, so only what differs is told. It writes
for the live generation alone: whoever follows the feed reads that one.
"""

from homeroom.engine.planning.definitions import Definition
from homeroom.engine.planning.names import delta_of, listed, quoted
from homeroom.engine.planning.relations import Relation


def note_use(definition: Definition, relation: Relation) -> None:
    """Notes what the delta must hold: whom a row concerns, where any column has changed."""
    if definition.feed:
        relation.delta.watch(definition.name, relation.columns)
        relation.delta.stored.update(dict.fromkeys((*relation.key, *definition.feed)))


def feed(definition: Definition) -> str:
    """Tells each changed row once for everybody whom it concerns or did, and wakes followers."""
    key = listed(definition.key, "d")
    owner = ", ".join(f"'{column}', d.{quoted(column)}" for column in definition.feed)
    return (
        "WITH c AS (INSERT INTO homeroom.change (relation, key, owner) "
        f"SELECT DISTINCT '{definition.name}', concat_ws('/', {key}), "
        f"jsonb_build_object({owner}) FROM {delta_of(definition.name)} AS d "
        "WHERE EXISTS (SELECT FROM homeroom.live l WHERE l.schema = current_schema()) "
        "RETURNING id) SELECT pg_notify('homeroom_changes', '') FROM c LIMIT 1"
    )
