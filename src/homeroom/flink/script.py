"""The script: everything that Flink needs to keep the tables, in statements."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from homeroom.engine.generations.generation import ReadModel
from homeroom.engine.planning.definitions import Definition
from homeroom.engine.planning.planner import in_order
from homeroom.errors import NotForFlink
from homeroom.flink.definitions import (
    create_projection,
    entity_columns,
    translated,
)
from homeroom.flink.entities import create_entity
from homeroom.flink.reading import READING, create_reading
from homeroom.flink.sinks import create_sink, insert
from homeroom.flink.sources import create_events, create_raw, create_records, create_topic

SETTINGS = {
    "execution.runtime-mode": "streaming",
    # Each writes all state anew unless the cluster keeps it in RocksDB.
    "execution.checkpointing.interval": "1 min",
    "execution.checkpointing.externalized-checkpoint-retention": "RETAIN_ON_CANCELLATION",
    # No operator of SQL changes a record that it handed on: without this each would be copied.
    "pipeline.object-reuse": "true",
    # Days and times are those of UTC.
    "table.local-time-zone": "UTC",
    # What changes several times within it is computed and written once.
    "table.exec.mini-batch.enabled": "true",
    "table.exec.mini-batch.allow-latency": "1 s",
    "table.exec.mini-batch.size": "5000",
    # To fold what came of a key before it is sent to its place saves little, and doubles the code.
    "table.optimizer.agg-phase-strategy": "ONE_PHASE",
    # An entity is folded once, whatever its readers take of it.
    "table.optimizer.reuse-optimize-block-with-digest-enabled": "true",
}


@dataclass(frozen=True)
class Target:
    """Where the script reads and writes. ``kafka`` and ``jdbc``: options of the connectors.

    ``schema``: where the tables are; ``entities``: whether those of entities are written too;
    ``settings``: options of Flink, besides its own; ``tables``: which are kept, with all that they
    rest on; all where none is named.
    """

    kafka: Mapping[str, str]
    jdbc: Mapping[str, str]
    schema: str = "flink"
    entities: bool = False
    settings: Mapping[str, str] = field(default_factory=dict)
    tables: tuple[str, ...] = ()


@dataclass(frozen=True)
class Script:
    """Statements in their order; the last one starts the job.

    ``tables``: the tables of the model that it writes; those of ``reading`` it always writes.
    """

    settings: Mapping[str, str]
    statements: tuple[str, ...]
    inserts: tuple[str, ...]
    tables: tuple[str, ...]

    @property
    def job(self) -> str:
        """The statement that starts the job: one for all tables, so that they read topics once."""
        each = "\n".join(f"{statement};" for statement in self.inserts)
        return f"EXECUTE STATEMENT SET\nBEGIN\n{each}\nEND"

    @property
    def explain(self) -> str:
        """The statement that plans it instead."""
        return self.job.replace("EXECUTE", "EXPLAIN", 1)

    def text(self) -> str:
        """All of it for Flink's SQL client."""
        sets = [f"SET '{name}' = '{value}'" for name, value in self.settings.items()]
        return "".join(f"{statement};\n\n" for statement in (*sets, *self.statements, self.job))


def make_script(model: ReadModel, target: Target) -> Script:
    """The script; NotForFlink names the first thing that cannot be said in it."""
    catalog = model.catalog
    definitions = in_order(catalog, model.definitions)
    names = {entity.name for entity in catalog.entities} | {d.name for d in definitions}
    for table in target.tables:
        if table not in names:
            raise NotForFlink(f"The table {table}", "there is none", "See `homeroom flink check`.")
    needed = _needed(definitions, target.tables)
    entities = [e for e in catalog.entities if not target.tables or e.name in needed]
    topics = dict.fromkeys(entity.topic for entity in entities)
    statements = []
    for topic in topics:
        statements.append(create_topic(catalog, topic, target.kafka))
        statements.append(create_raw(catalog, topic, target.kafka))
        statements.append(create_records(catalog, topic))
        statements.append(create_events(catalog, topic))
    statements += [create_entity(catalog, entity) for entity in entities]
    kinds = entity_columns(catalog)
    written = {e.name: (e.key_names, kinds[e.name]) for e in entities if target.entities}
    for definition, selected in translated(catalog, definitions):
        if target.tables and definition.name not in needed:
            continue
        if isinstance(selected, NotForFlink):
            raise selected
        statements.append(create_projection(definition, selected))
        if definition.kind != "view":
            written[definition.name] = definition.key, selected.outputs
    reading = create_reading(catalog, tuple(topics), entities)
    statements += reading.values()
    inserts = []
    for name, (key, columns) in {**written, **{name: READING[name] for name in reading}}.items():
        statements.append(create_sink(target.schema, name, key, columns, target.jdbc))
        inserts.append(insert(name, key, columns))
    settings = {**SETTINGS, "pipeline.name": f"homeroom into {target.schema}", **target.settings}
    return Script(settings, tuple(statements), tuple(inserts), tuple(written))


def _needed(definitions: Sequence[Definition], tables: Collection[str]) -> set[str]:
    """These tables, and all that they rest on."""
    needed = set(tables)
    for definition in reversed(definitions):
        if definition.name in needed:
            needed.update(definition.sources())
    return needed
