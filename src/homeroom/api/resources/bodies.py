"""What teachers say of resources, checked and cleaned."""

from collections.abc import Mapping
from typing import Any

from homeroom.api.assignments.ids import WireId, from_wire
from homeroom.api.errors import ApiError
from homeroom.commands.resource_rules import Changes, NewResource
from homeroom.files.dispositions import clean_name
from homeroom.files.media_types import named_as
from homeroom.files.store import FileType
from homeroom.settings import Settings

TITLE_CHARACTERS_MAX = 200
DESCRIPTION_CHARACTERS_MAX = 10_000
NAME_CHARACTERS_MAX = 1_000
CLASSES_MAX = 1_000
WIRE_ID = WireId.__metadata__[0].json_schema  # type: ignore[attr-defined]
TITLE = {"type": "string", "minLength": 1, "maxLength": TITLE_CHARACTERS_MAX}
DESCRIPTION = {"type": ["string", "null"], "maxLength": DESCRIPTION_CHARACTERS_MAX}
NEW = {
    "school_id": WIRE_ID,
    "title": TITLE,
    "description": DESCRIPTION,
    "file_name": {"type": "string", "minLength": 1, "maxLength": NAME_CHARACTERS_MAX},
    "media_type": {"type": "string"},
    "size_bytes": {"type": "integer", "minimum": 1},
}
CHANGED = {
    "title": TITLE,
    "description": DESCRIPTION,
    "is_shared_with_students": {"type": "boolean"},
    "shared_with_courses": {"type": "array", "maxItems": CLASSES_MAX, "items": WIRE_ID},
}


def documented(properties: Mapping[str, Any], *required: str) -> dict[str, Any]:
    """How the body of a request is documented."""
    schema: dict[str, Any] = {"type": "object", "properties": properties}
    schema |= {"required": [*required]} if required else {"minProperties": 1}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


def new_resource(given: Mapping[str, Any], settings: Settings) -> NewResource:
    """What is to be uploaded; ApiError 400, and 413 for a file that is too large."""
    school_id = _id("school_id", given.get("school_id"))
    media_type = _media_type(given.get("media_type"), settings)
    name = clean_name(_text("file_name", given.get("file_name"), NAME_CHARACTERS_MAX))
    of = FileType(named_as(name, media_type), media_type, _size(given.get("size_bytes"), settings))
    title = _text("title", given.get("title"), TITLE_CHARACTERS_MAX)
    return NewResource(school_id, title, _description(given.get("description")), of)


def changes_of(given: Mapping[str, Any]) -> Changes:
    """What is to change; ApiError 400, also where it is nothing."""
    said: dict[str, Any] = {}
    if "title" in given:
        said["title"] = _text("title", given["title"], TITLE_CHARACTERS_MAX)
    if "description" in given:
        said["description"] = _description(given["description"])
    if "is_shared_with_students" in given:
        said["with_students"] = given["is_shared_with_students"]
        if not isinstance(said["with_students"], bool):
            raise ApiError(400, "is_shared_with_students must be true or false")
    if "shared_with_courses" in given:
        said["class_ids"] = _ids("shared_with_courses", given["shared_with_courses"])
    if not said:
        raise ApiError(400, f"Nothing to change: give one of {', '.join(CHANGED)}")
    return Changes(said)


def _text(name: str, value: object, characters_max: int) -> str:
    if value is None:
        raise ApiError(400, f"{name} is required")
    text = value.strip() if isinstance(value, str) else ""
    if not 1 <= len(text) <= characters_max or not _storable(text):
        why = f"{name} must be a text of 1 to {characters_max} characters"
        raise ApiError(400, why, code="text_long")
    return text


def _description(value: object) -> str | None:
    if value is None:
        return None
    text = value if isinstance(value, str) else None
    if text is None or len(text) > DESCRIPTION_CHARACTERS_MAX or not _storable(text):
        why = f"description must be a text of at most {DESCRIPTION_CHARACTERS_MAX} characters"
        raise ApiError(400, why, code="text_long")
    return text


def _storable(text: str) -> bool:
    """Whether PostgreSQL takes it."""
    return "\x00" not in text


def _id(name: str, value: object) -> str:
    if value is None:
        raise ApiError(400, f"{name} is required")
    try:
        return from_wire(name, value)
    except ValueError as error:
        raise ApiError(400, str(error)) from None


def _ids(name: str, values: object) -> list[str]:
    if not isinstance(values, list) or len(values) > CLASSES_MAX:
        raise ApiError(400, f"{name} must be a list of at most {CLASSES_MAX} ids")
    return list(dict.fromkeys(_id(name, value) for value in values))


def _media_type(value: object, settings: Settings) -> str:
    if value is None:
        raise ApiError(400, "media_type is required")
    media_type = value.strip().lower() if isinstance(value, str) else ""
    known = settings.resource_media_type_set
    if media_type not in known:
        raise ApiError(
            400, f"media_type must be one of {', '.join(sorted(known))}", code="file_type"
        )
    return media_type


def _size(value: object, settings: Settings) -> int:
    if value is None:
        raise ApiError(400, "size_bytes is required")
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ApiError(400, "size_bytes must be a whole number from 1", code="file_empty")
    if value > settings.resource_bytes_max:
        raise ApiError(
            413, f"A file may have at most {settings.resource_bytes_max} bytes", code="file_large"
        )
    return value
