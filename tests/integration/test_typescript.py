"""The contract in TypeScript, by its own compiler and in Node, and in AsyncAPI, by its schema."""

import json
from pathlib import Path
from shutil import copy

import jsonschema_rs
import pytest

from homeroom.contracts import typescript
from homeroom.contracts.export import made
from homeroom.engine.decoding.decoder import Decoder
from homeroom.engine.log.records import Event, StoredRecord
from homeroom.readmodel import read_model
from homeroom.settings import Settings
from tests.support.faststream_app import app_of
from tests.support.node import run_node
from tests.support.strength import at_full_strength
from tests.support.typescript import COMMITTED, SCHEMAS, compiled, generated, node_modules

# What a service would write; each line below `@ts-expect-error` must be an error of types.
PROGRAM = """
import { createHomeroom, recordOf, subjectOf, type Event } from "./client.js";

const homeroom = createHomeroom("http://127.0.0.1:8000", "a token");

export async function titles(teacherId: string): Promise<string[]> {
  const { data, error } = await homeroom.GET("/api/teachers/{teacherId}/dashboard/exams/recent", {
    params: { path: { teacherId }, query: { limit: 5 } },
  });
  if (error !== undefined || data === undefined) {
    throw new Error("no exams");
  }
  return data.data.exams.map((exam) => exam.title);
}

export async function wrong(): Promise<void> {
  // @ts-expect-error There is no such path.
  await homeroom.GET("/api/exam");
  // @ts-expect-error The path needs its parameter.
  await homeroom.GET("/api/teachers/{teacherId}/dashboard/exams/recent");
  // @ts-expect-error It is called starts_at.
  scheduled.data = { exam_id: "E1", scheduled_at: "2026-03-08T09:00:00Z", ends_at: null };
  // @ts-expect-error There is no such type.
  subjectOf("exam.eaten.v1", {});
}

const scheduled: Event<"exam.scheduled.v2"> = {
  type: "exam.scheduled.v2",
  id: "1",
  source: "/services/exams",
  sequence: 2,
  time: new Date("2026-03-01T09:00:00Z"),
  data: { exam_id: "E1", starts_at: "2026-03-08T09:00:00Z", ends_at: null },
};
const subject = subjectOf("enrollment.started.v1", {
  class_id: "C1", student_id: "S1", enrolled_at: "2026-03-08T09:00:00Z",
});
console.log(JSON.stringify({ subject, record: recordOf(scheduled, "test-") }));
"""


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the program and what it imports, which compiles."""
    folder = tmp_path_factory.mktemp("typescript")
    (folder / "package.json").write_text('{"type": "module"}')
    for file in COMMITTED.glob("*.ts"):
        copy(file, folder)
    (folder / "program.ts").write_text(PROGRAM)
    assert compiled(folder, folder / "program.ts") == ""
    return folder


@at_full_strength
def test_types_and_client_compile_under_strict_and_make_events_that_are_understood(
    program: Path,
) -> None:
    said = json.loads(run_node(str(program / "out" / "program.js")))
    assert said["subject"] == "C1/S1"
    sent = said["record"]
    headers = tuple((name, value.encode()) for name, value in sent["headers"].items())
    record = StoredRecord(
        sent["topic"], 0, 0, 0, sent["key"].encode(), sent["value"].encode(), headers
    )
    event = Decoder(read_model(Settings(topic_prefix="test-")).catalog).decode(record)
    assert isinstance(event, Event), event
    assert event.type is not None
    assert (event.type.name, event.subject, event.sequence) == ("exam.scheduled.v2", "E1", 2)
    assert event.values["scheduled_at"].isoformat() == "2026-03-08T09:00:00+00:00"


def test_typescript_of_another_contract_is_noticed() -> None:
    files = made() | typescript.shipped()
    assert typescript.outdated(files) == []
    changed = files | {"openapi.json": "{}", "events/exam.eaten.v1.json": "{}"}
    assert [line.partition(":")[0] for line in typescript.outdated(changed)] == [
        "typescript/http.ts", "typescript/events.ts",
    ]  # fmt: skip


@at_full_strength
def test_the_committed_typescript_is_what_the_generators_make() -> None:
    for name, text in generated(made()).items():
        assert (COMMITTED / name).read_text() == text, "run `make contracts`"


def test_the_asyncapi_documents_are_such_by_the_schema_of_asyncapi() -> None:
    schemas = node_modules() / "node_modules" / "@asyncapi" / "specs" / "schemas"
    validator = jsonschema_rs.validator_for(json.loads((schemas / "3.0.0.json").read_bytes()))
    brokers = Settings(kafka_bootstrap_servers="localhost:9092")
    service = app_of(brokers).schema.to_specification()
    for document in json.loads((SCHEMAS / "asyncapi.json").read_bytes()), service.to_jsonable():
        assert [str(error)[:500] for error in validator.iter_errors(document)] == []
        del document["channels"]["exams"]["address"], document["info"]["title"]
        assert not validator.is_valid(document)
