"""Builds the engine's read model from the contract and the definitions."""

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import SchemaValidator

import homeroom
from homeroom.engine.catalog import Catalog, Column, Entity, EventType
from homeroom.engine.generations.generation import ReadModel
from homeroom.engine.planning import joined
from homeroom.engine.planning.reach import AnswerReach
from homeroom.settings import Settings
from homeroom_kit import contract
from homeroom_kit.contract.event import EventData, reasons
from homeroom_kit.contract.upcasting import newest_version, upcasters
from homeroom_kit.errors import ConfigurationError

# Takes data, as JSON bytes or parsed, and returns its fields; raises ValueError.
Validator = Callable[[Any], Mapping[str, Any]]


def project_folder(name: str) -> Path:
    """A folder that ships with the project: inside the package, or beside ``src`` in a checkout."""
    package = Path(homeroom.__file__).parent
    for folder in (package / name, package.parents[1] / name):
        if folder.is_dir():
            return folder
    raise ConfigurationError(
        f"The folder {name} is missing from this installation: install it anew."
    )


def read_model(settings: Settings) -> ReadModel:
    """The contract's entities and event types, and the definitions in ``projections/``.

    Raises ConfigurationError where HOMEROOM_SPARSE_TOPICS names an unknown topic.
    """
    unknown = settings.sparse_topic_set - set(contract.TOPICS)
    if unknown:
        raise ConfigurationError(
            f"HOMEROOM_SPARSE_TOPICS names {', '.join(sorted(unknown))}, which is no topic: choose "
            f"from {', '.join(contract.TOPICS)}."
        )
    entities: list[Entity] = []
    event_types: list[EventType] = []
    for described in contract.ENTITIES:
        entity = Entity(
            described.name,
            described.topic,
            tuple(Column(c.name, c.sql_type, c.empty) for c in described.key),
            tuple(Column(c.name, c.sql_type, c.empty) for c in described.columns),
            sparse=described.topic in settings.sparse_topic_set,
        )
        entities.append(entity)
        event_types.extend(_event_type(entity, event) for event in described.events)
    catalog = Catalog(
        tuple(entities), tuple(event_types), settings.topic_prefix, settings.dead_letter_bytes_max
    )
    return ReadModel(catalog, definition_texts())


def definition_texts() -> dict[str, str]:
    """The files in ``projections/`` by the projection's name."""
    files = sorted(project_folder("projections").glob("*.sql"))
    return {file.stem: file.read_text() for file in files}


@cache
def reach() -> AnswerReach:
    """What tells which rows of entities an answer rests on; raises DefinitionError."""
    keys = {entity.name: tuple(c.name for c in entity.key) for entity in contract.ENTITIES}
    columns = {
        entity.name: (*keys[entity.name], *(c.name for c in entity.columns))
        for entity in contract.ENTITIES
    }
    return AnswerReach([*joined.read_all(definition_texts(), columns, keys).values()], keys)


def _event_type(entity: Entity, event: type[EventData]) -> EventType:
    """An older version has its own name and its own rules for data; all else is the newest's."""
    newest = newest_version(event)
    return EventType(
        event.type,
        entity,
        newest.creates,
        tuple(newest.model_fields),
        newest.sets,
        _upcasting(event, _validator(event)),
        newest.timed,
        newest.dated,
        newest.keeps,
    )


def _upcasting(event: type[EventData], validate: Validator) -> Validator:
    """What validates data of a version, and returns the fields of the newest one."""
    functions = upcasters(event)
    if not functions:
        return validate

    def fields_of_newest(data: Any) -> Mapping[str, Any]:
        fields = validate(data)
        for function in functions:
            fields = function(fields)
        return fields

    return fields_of_newest


def _validator(event: type[EventData]) -> Validator:
    """Validates data, JSON bytes or parsed; the result raises ValueError with all problems."""
    # The fields alone: an instance of the class would be made for its dictionary's sake.
    schema: Any = event.__pydantic_core_schema__
    validator = SchemaValidator(schema["schema"], schema["config"])
    from_json, from_python = validator.validate_json, validator.validate_python

    def checked(data: Any) -> Mapping[str, Any]:
        try:
            fields, _, _ = from_json(data) if isinstance(data, bytes) else from_python(data)
            return fields  # type: ignore[no-any-return]
        except ValidationError as error:
            raise ValueError(reasons(error, "data")) from None

    return checked
