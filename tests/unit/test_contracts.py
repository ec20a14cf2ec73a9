"""What `homeroom contracts export` writes: current, complete, and right by others' rules."""

import json
import pkgutil
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

import homeroom
from homeroom.api.app import openapi_document
from homeroom.contracts import asyncapi, openapi
from homeroom.contracts.export import differences, export
from homeroom_kit.contract import ENTITIES, EVENT_TYPES, TOPICS
from homeroom_kit.contract.event import EventData
from homeroom_kit.documents import examples
from homeroom_kit.publishing.events import OutgoingEvent, check
from tests.support.strength import at_full_strength, thinned

COMMITTED = Path(__file__).parents[2] / "schemas"
EVENTS = [event for entity in ENTITIES for event in entity.events]


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return asyncapi.document()


def test_the_committed_files_are_current() -> None:
    assert differences(COMMITTED) == [], "run `make contracts`"


@at_full_strength
def test_differences_are_named_and_export_ends_them(tmp_path: Path) -> None:
    export(tmp_path)
    assert differences(tmp_path) == []
    (tmp_path / "events" / "exam.started.v1.json").unlink()
    (tmp_path / "openapi.json").write_text("{}")
    gone = json.dumps({"$id": "urn:homeroom:event:exam.eaten.v1"})
    (tmp_path / "events" / "exam.eaten.v1.json").write_text(gone)
    (tmp_path / "exam.eaten.v1.json").write_text(gone)
    (tmp_path / "typescript" / "http.ts").write_text("")
    said = [
        "events/exam.eaten.v1.json: the contract has no such file",
        "events/exam.started.v1.json: missing",
        "exam.eaten.v1.json: the contract has no such file",
        "openapi.json: differs from the contract",
        "typescript/http.ts: differs from the contract",
    ]
    assert differences(tmp_path) == said
    assert export(tmp_path) == [line.partition(":")[0] for line in said]
    assert differences(tmp_path) == []


@pytest.mark.parametrize(
    "path",
    thinned(
        ["released/0.1.0/openapi.json", "package.json", "events/party.json", "typescript/main.ts"],
        lambda path: path.startswith("released/"),
    ),
)
def test_files_of_others_stay(tmp_path: Path, path: str) -> None:
    kept = tmp_path / path
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_bytes(b'{"$id": "theirs"}\xff')
    assert path not in export(tmp_path)
    assert kept.read_bytes() == b'{"$id": "theirs"}\xff'
    assert differences(tmp_path) == []


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.type)
def test_each_event_type_has_an_example_that_a_publisher_could_send(
    event: type[EventData], document: dict[str, Any]
) -> None:
    (example,) = document["components"]["messages"][event.type]["examples"]
    headers, data = example["headers"], example["payload"]
    assert (headers, data) == (examples.headers(event), examples.data(event))
    sent = {name.removeprefix("ce_"): value for name, value in headers.items()}
    del sent["specversion"], sent["content-type"]
    check(OutgoingEvent(**sent, data=data))


def test_each_topic_has_its_messages_with_headers_and_keys(document: dict[str, Any]) -> None:
    assert list(document["channels"]) == list(TOPICS)
    messages = document["components"]["messages"]
    assert list(messages) == list(EVENT_TYPES)
    for event in EVENTS:
        assert event.type in document["channels"][event.topic]["messages"]
        message = messages[event.type]
        (example,) = message["examples"]
        for schema, value in (
            (message["headers"], example["headers"]),
            (message["bindings"]["kafka"]["key"], example["headers"]["ce_subject"]),
            (document["components"]["schemas"][event.type], example["payload"]),
        ):
            assert jsonschema_rs.is_valid(schema, value), event.type


def _published() -> Iterator[type[EventData]]:
    """The event types that modules know by their class which are commands, or fill the outbox."""
    for module in pkgutil.walk_packages(homeroom.__path__, "homeroom."):
        if module.name.startswith("homeroom.commands.") or _fills_outbox(module.name):
            for value in vars(import_module(module.name)).values():
                if isinstance(value, type) and issubclass(value, EventData) and value.type:
                    yield value


def _fills_outbox(name: str) -> bool:
    found = find_spec(name)
    assert found is not None
    assert found.origin is not None
    return "OutboxEvent(" in Path(found.origin).read_text(encoding="utf-8")


def test_what_is_put_into_the_outbox_is_said_to_be_sent(document: dict[str, Any]) -> None:
    assert set(_published()) == asyncapi.SENT
    sent = {
        message["$ref"].rsplit("/", 1)[1]
        for operation in document["operations"].values()
        if operation["action"] == "send"
        for message in operation["messages"]
    }
    assert sent == {event.type for event in asyncapi.SENT}


def _resolved(part: Any, document: dict[str, Any], components: tuple[str, ...]) -> Any:
    """The part with these components in the place of references to them."""
    if isinstance(part, list):
        return [_resolved(item, document, components) for item in part]
    if not isinstance(part, dict):
        return part
    if (reference := part.get("$ref", "")).startswith(components):
        *_, component, name = reference.split("/")
        return _resolved(document["components"][component][name], document, components)
    return {name: _resolved(value, document, components) for name, value in part.items()}


def test_the_file_of_the_http_side_says_what_the_running_service_says() -> None:
    file = openapi.document()
    shared = ("#/components/responses/", "#/components/parameters/")
    assert _resolved(file["paths"], file, shared) == openapi_document()["paths"]
    assert len(json.dumps(file)) * 2 < len(json.dumps(openapi_document()))
