"""An event of a publisher that knows only docs/contract.md shows in the dashboards."""

import json
from typing import Any

from aiokafka import AIOKafkaProducer

from homeroom.settings import Settings
from homeroom_kit.kafka import client_options
from tests.support.commands import Service

TIME = "2026-03-01T09:30:00+01:00"


def class_of(teacher_id: str, class_id: str) -> dict[str, Any]:
    return {
        "class_id": class_id,
        "organization_id": None,
        "teacher_id": teacher_id,
        "name": "Algebra",
        "code": "ALG-1",
        "subject": "Maths",
        "created_at": TIME,
    }


def teacher(teacher_id: str) -> dict[str, Any]:
    return {"teacher_id": teacher_id, "name": "Ada", "email": None, "organization_id": None}


def attributes(event_type: str, subject: str) -> dict[str, str]:
    return {
        "specversion": "1.0",
        "id": f"{event_type}/{subject}",
        "source": "/services/test",
        "type": event_type,
        "time": TIME,
        "subject": subject,
        "sequence": "1",
    }


async def send_binary(
    producer: AIOKafkaProducer, topic: str, event_type: str, subject: str, data: dict[str, Any]
) -> str:
    """Attributes in headers; the position to wait for."""
    headers = [(f"ce_{k}", v.encode()) for k, v in attributes(event_type, subject).items()]
    headers.append(("content-type", b"application/json"))
    sent = await producer.send_and_wait(
        topic, json.dumps(data).encode(), subject.encode(), headers=headers
    )
    return f"{sent.topic}:{sent.partition}:{sent.offset}"


async def send_structured(
    producer: AIOKafkaProducer, topic: str, event_type: str, subject: str, data: dict[str, Any]
) -> str:
    """Everything in the value; the position to wait for."""
    event = {**attributes(event_type, subject), "datacontenttype": "application/json", "data": data}
    headers = [("content-type", b"application/cloudevents+json; charset=UTF-8")]
    sent = await producer.send_and_wait(
        topic, json.dumps(event).encode(), subject.encode(), headers=headers
    )
    return f"{sent.topic}:{sent.partition}:{sent.offset}"


async def test_an_event_in_binary_mode_is_answered(projected: Settings, service: Service) -> None:
    await _shows(projected, service, "T-binary", send_binary)


async def test_an_event_in_structured_mode_is_answered(
    projected: Settings, service: Service
) -> None:
    await _shows(projected, service, "T-structured", send_structured)


async def _shows(settings: Settings, service: Service, teacher_id: str, send: Any) -> None:
    prefix = settings.topic_prefix
    class_id = f"C-{teacher_id}"
    async with AIOKafkaProducer(**client_options(settings)) as producer:
        # The class before its teacher: order between subjects does not matter.
        positions = [
            await send(
                producer,
                f"{prefix}classes",
                "class.created.v1",
                class_id,
                class_of(teacher_id, class_id),
            ),
            await send(
                producer,
                f"{prefix}people",
                "teacher.registered.v1",
                teacher_id,
                teacher(teacher_id),
            ),
        ]
    waiting = {"Homeroom-Wait-For": ",".join(positions), "Homeroom-Wait-Seconds": "10"}
    answer = service.ask(teacher_id, "classes/recent", **waiting)
    assert answer.status_code == 200, answer.text
    assert answer.json()["data"]["classes"] == [
        {
            "_id": class_id,
            "className": "Algebra",
            "classCode": "ALG-1",
            "subject": "Maths",
            "totalStudents": 0,
            "createdAt": "2026-03-01T08:30:00Z",
        }
    ]
    assert answer.headers["Homeroom-As-Of"] == "2026-03-01T08:30:00Z"
    assert service.data(teacher_id, "stats")["totalClasses"] == 1
