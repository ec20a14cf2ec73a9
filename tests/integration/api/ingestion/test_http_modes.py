"""CloudEvents in the three modes of the HTTP protocol binding, and what is none."""

import base64
from datetime import UTC, datetime

import orjson
import pytest
from cloudevents.core.bindings import http as binding
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

from tests.support.ingesting import STRUCTURED, HttpPublisher, event

JSON = "application/json"


def headers_of(given: dict, **changes: str | None) -> dict[str, str | None]:
    """The attributes as headers of binary mode."""
    named = {f"ce_{name}": value for name, value in given.items() if name != "data"}
    return named | changes


async def test_one_event_in_structured_mode_is_in_the_log_when_it_is_answered(
    publisher: HttpPublisher,
) -> None:
    answer = await publisher.post(event("T-structured", traceparent=None), STRUCTURED)
    assert answer.status_code == 200, answer.text
    (record,) = await publisher.log("T-structured")
    position = f"{record.topic}:{record.partition}:{record.offset}"
    assert answer.json() == {
        "results": [{"id": "T-structured/1", "status": "accepted", "position": position}]
    }
    assert answer.headers["Homeroom-Position"] == position
    assert dict(record.headers) == {
        "ce_specversion": b"1.0",
        "ce_id": b"T-structured/1",
        "ce_source": b"/services/people",
        "ce_type": b"teacher.registered.v1",
        "ce_time": b"2026-03-01T09:00:00Z",
        "ce_subject": b"T-structured",
        "ce_sequence": b"1",
        "content-type": b"application/json",
    }
    assert orjson.loads(record.value) == event("T-structured")["data"]


@pytest.mark.parametrize("media_type", [JSON, f"{JSON}; charset=UTF-8", "application/x+json", None])
async def test_in_binary_mode_the_attributes_are_headers(
    publisher: HttpPublisher, media_type: str | None
) -> None:
    subject = f"T-binary-{len(media_type or '')}"
    given = event(subject)
    answer = await publisher.post(given["data"], media_type, **headers_of(given))
    assert [r["status"] for r in answer.json()["results"]] == ["accepted"], answer.text
    (record,) = await publisher.log(subject)
    assert orjson.loads(record.value) == given["data"]


@pytest.mark.parametrize(
    ("sent", "meant"),
    [
        ("Euro%20%E2%82%AC%20%F0%9F%98%80", "Euro € 😀"),
        ("percent%2525", "percent%25"),
        ('"quoted \\"so\\" before"', 'quoted "so" before'),
        ("lower%c3%a9", "loweré"),
        ("plain", "plain"),
    ],
)
async def test_headers_are_decoded_once(publisher: HttpPublisher, sent: str, meant: str) -> None:
    subject = f"T-percent-{len(sent)}"
    given = event(subject)
    answer = await publisher.post(given["data"], JSON, **headers_of(given, ce_id=sent))
    assert answer.json()["results"][0] | {"position": ""} == {
        "id": meant, "status": "accepted", "position": "",
    }  # fmt: skip
    (record,) = await publisher.log(subject)
    assert dict(record.headers)["ce_id"] == meant.encode()


@pytest.mark.parametrize("sent", ["100%", "%4", "%zz", "%ff"])
async def test_a_header_that_is_no_text_is_no_envelope(publisher: HttpPublisher, sent: str) -> None:
    given = event("T-broken")
    answer = await publisher.post(given["data"], JSON, **headers_of(given, ce_id=sent))
    assert answer.status_code == 400
    assert "ce-id" in answer.json()["message"]


async def test_what_the_cloudevents_sdk_sends_is_taken(publisher: HttpPublisher) -> None:
    given = event("T-sdk")
    attributes = {name: value for name, value in given.items() if name != "data"}
    attributes |= {"time": datetime(2026, 3, 1, 9, tzinfo=UTC), "datacontenttype": JSON}
    for number, make in enumerate((binding.to_binary, binding.to_structured), start=1):
        made = CloudEvent(attributes | {"id": f"sdk é {number}"}, given["data"])
        message = make(made, JSONFormat())
        headers = {name.replace("-", "_"): value for name, value in message.headers.items()}
        media_type = headers.pop("content_type")
        answer = await publisher.post(bytes(message.body), media_type, **headers)
        (result,) = answer.json()["results"]
        assert (result["id"], result["status"]) == (f"sdk é {number}", "accepted")
    assert len(await publisher.log("T-sdk")) == 2


async def test_data_may_stand_in_base64(publisher: HttpPublisher) -> None:
    given = event("T-base64")
    data = given.pop("data")
    encoded = base64.b64encode(orjson.dumps(data)).decode()
    both = event("T-base64", 2) | {"data_base64": encoded}
    broken = event("T-base64", 3) | {"data_base64": "é"}
    broken.pop("data")
    no_json = broken | {"data_base64": base64.b64encode(b"{").decode()}
    answers = await publisher.results([given | {"data_base64": encoded}, both, broken, no_json])
    assert [r["status"] for r in answers] == ["accepted", "rejected", "rejected", "rejected"]
    assert "twice" in answers[1]["error"]
    assert "base64" in answers[2]["error"]
    assert "not JSON" in answers[3]["error"]
    (record,) = await publisher.log("T-base64")
    assert orjson.loads(record.value) == data


@pytest.mark.parametrize(
    "media_type",
    ["text/plain", "application/xml", "application/cloudevents+xml", "application/cloudevents",
     "multipart/form-data", f"{STRUCTURED}; charset=iso-8859-1"],
)  # fmt: skip
async def test_other_content_is_not_taken(publisher: HttpPublisher, media_type: str) -> None:
    given = event("T-other")
    answer = await publisher.post(given, media_type, **headers_of(given))
    assert answer.status_code == 415
    assert STRUCTURED in answer.headers["Accept"]
    assert {*answer.json()} == {"success", "message", "requestId"}
    compressed = await publisher.post(given, STRUCTURED, Content_Encoding="gzip")
    assert compressed.status_code == 415
    assert await publisher.log("T-other") == []


async def test_data_that_is_said_to_be_no_json_is_refused(publisher: HttpPublisher) -> None:
    (result,) = await publisher.results([event("T-xml", datacontenttype="application/xml")])
    assert result["status"] == "rejected"
    assert result["error"].startswith("datacontenttype")


@pytest.mark.parametrize(
    ("content", "media_type", "why"),
    [
        (b"{", STRUCTURED, "not JSON"),
        ([event("T-1")], STRUCTURED, "one event"),
        (event("T-1"), "application/cloudevents-batch+json", "array"),
        (b"", "application/cloudevents-batch+json", "not JSON"),
        (event("T-1"), JSON, "ce-specversion"),
        (b"{}", None, "ce-specversion"),
    ],
)
async def test_what_has_no_envelope_is_a_bad_request(
    publisher: HttpPublisher, content: object, media_type: str | None, why: str
) -> None:
    answer = await publisher.post(content, media_type)
    assert answer.status_code == 400
    assert why in answer.json()["message"]


async def test_binary_data_that_is_no_json_is_rejected_with_its_id(
    publisher: HttpPublisher,
) -> None:
    answer = await publisher.post(b"{", JSON, **headers_of(event("T-broken")))
    (result,) = answer.json()["results"]
    assert (result["id"], result["status"]) == ("T-broken/1", "rejected")
    assert result["error"].startswith("data: not JSON")


async def test_a_batch_of_nothing_is_answered_with_nothing(publisher: HttpPublisher) -> None:
    assert await publisher.results([]) == []
