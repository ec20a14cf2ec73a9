"""How the endpoint is documented: three types of content, with an example of each."""

from typing import Any

from homeroom.api.answers import POSITION, header
from homeroom.api.envelopes import Problem
from homeroom.api.ingestion.messages import BATCH, JSON, STRUCTURED

REGISTERED: dict[str, Any] = {
    "specversion": "1.0",
    "id": "registered/T-1/1",
    "source": "/services/people",
    "type": "teacher.registered.v1",
    "subject": "T-1",
    "sequence": "1",
    "time": "2026-03-01T09:00:00Z",
    "data": {"teacher_id": "T-1", "name": "Ada", "email": None, "organization_id": None},
}
UPDATED = REGISTERED | {
    "id": "updated/T-1/2",
    "type": "teacher.updated.v1",
    "sequence": "2",
    "data": REGISTERED["data"] | {"name": "Ada Lovelace"},
}
_TEXT = {"type": "string"}
ATTRIBUTES = {
    "specversion": {"type": "string", "enum": ["1.0"]},
    "id": _TEXT | {"description": "With the source, what tells the event from all others."},
    "source": _TEXT | {"description": "The service that publishes, as a URI reference."},
    "type": _TEXT | {"description": "The event type with its version."},
    "subject": _TEXT | {"description": "The row that the event is about."},
    "sequence": _TEXT | {"description": "The event's number within its subject, from 1."},
    "time": _TEXT | {"format": "date-time", "description": "When it happened."},
    "traceparent": _TEXT | {"description": "The trace, as in W3C Trace Context."},
}
REQUIRED = [name for name in ATTRIBUTES if name != "traceparent"]
EVENT_SCHEMA: dict[str, Any] = {
    "type": "object",
    "title": "GivenCloudEvent",
    "description": "A CloudEvent; `schemas/events` has the JSON Schema of each type's data.",
    "required": REQUIRED,
    "properties": ATTRIBUTES
    | {
        "datacontenttype": _TEXT | {"description": "JSON, where it is there."},
        # Of no type: clients would make a class of it for each kind of content.
        "data": {"description": "An object with all fields of the type."},
        "data_base64": _TEXT | {"description": "Instead of `data`: its JSON in base64."},
    },
}
SCHEMAS = {"GivenCloudEvent": EVENT_SCHEMA}
EVENT_REFERENCE = {"$ref": "#/components/schemas/GivenCloudEvent"}
REQUEST_BODY: dict[str, Any] = {
    "required": True,
    "content": {
        STRUCTURED: {"schema": EVENT_REFERENCE, "example": REGISTERED},
        BATCH: {
            "schema": {"type": "array", "items": EVENT_REFERENCE},
            "example": [REGISTERED, UPDATED],
        },
        JSON: {
            "schema": {
                "type": "object",
                "title": "GivenData",
                "description": "Binary mode: the data of one event, whose attributes are headers.",
            },
            "example": REGISTERED["data"],
        },
    },
}
HEADERS = [
    {
        "name": f"ce-{name}",
        "in": "header",
        "required": False,
        "description": f"In binary mode: the attribute `{name}`, percent-encoded.",
        "schema": _TEXT,
        **({"example": REGISTERED[name]} if name in REGISTERED else {}),
    }
    for name in ATTRIBUTES
]
RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "What became of each event, in their order.",
        "headers": {
            POSITION: header("The positions of all of it, to send as Homeroom-Wait-For."),
            "Vary": header("The headers of the request that the answer depends on."),
        },
    },
    400: {"model": Problem, "description": "The envelope cannot be read."},
    401: {"model": Problem, "description": "No service's own key."},
    413: {"model": Problem, "description": "Too many events, or too large."},
    415: {
        "model": Problem,
        "description": "Neither JSON nor CloudEvents in JSON, or not in plain UTF-8.",
        "headers": {
            "Accept": header("The types of content that are taken."),
            "Accept-Encoding": header("The encoding that is taken."),
        },
    },
    429: {
        "model": Problem,
        "description": "The brokers are behind, or the service's requests of this minute are used "
        "up.",
    },
    503: {"model": Problem, "description": "The brokers or the database do not answer."},
}
EXTRA: dict[str, Any] = {"requestBody": REQUEST_BODY, "parameters": HEADERS}
