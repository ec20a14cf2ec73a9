"""Nobody can send a batch of the formats before Kafka 0.11, for which homeroom has no bound."""

import socket
import struct

import pytest
from aiokafka.record.default_records import DefaultRecordBatchBuilder
from aiokafka.record.legacy_records import LegacyRecordBatchBuilder

from homeroom.operations.migrating.topics import prepare_topics
from homeroom.settings import Settings
from tests.support import wait_for

PRODUCE, VERSION, ACKS, TIMEOUT_MS = 0, 7, 1, 5_000
TAKEN, NOT_LEADER_YET, INVALID_RECORD = 0, 6, 87
BATCH_BYTES = 100_000


@pytest.fixture
async def prepared(settings: Settings) -> Settings:
    await prepare_topics(settings, [f"{settings.topic_prefix}people"])
    return settings


def _text(text: bytes) -> bytes:
    return struct.pack(">h", len(text)) + text


def _sent(settings: Settings, records: bytes) -> int:
    """The broker's error code for a batch, once it leads the partition that was just made."""
    codes: list[int] = []

    def leads() -> bool:
        codes.append(_send(settings, records))
        return codes[-1] != NOT_LEADER_YET

    wait_for(leads)
    return codes[-1]


def _send(settings: Settings, records: bytes) -> int:
    """The code for a batch that is sent as Kafka's protocol has it."""
    topic = _text(f"{settings.topic_prefix}people".encode())
    body = struct.pack(">hhii", -1, ACKS, TIMEOUT_MS, 1) + topic
    body += struct.pack(">iii", 1, 0, len(records)) + records
    request = struct.pack(">hhi", PRODUCE, VERSION, 1) + _text(b"tests") + body
    host, port = settings.kafka_bootstrap_servers.rsplit(":", 1)
    with socket.create_connection((host, int(port)), 30) as connection:
        connection.sendall(struct.pack(">i", len(request)) + request)
        with connection.makefile("rb") as answer:
            (length,) = struct.unpack(">i", answer.read(4))
            content = answer.read(length)
    # Behind the request's number: one topic, one partition of it, its number, and the code.
    begins = 4 + 4 + len(topic) + 4 + 4
    return int.from_bytes(content[begins : begins + 2], signed=True)


@pytest.mark.parametrize("magic", [0, 1])
def test_a_broker_refuses_a_batch_of_an_older_format(prepared: Settings, magic: int) -> None:
    batch = LegacyRecordBatchBuilder(magic, 1, BATCH_BYTES)
    batch.append(0, timestamp=1_700_000_000_000, key=b"k", value=b"v" * 1_000)
    assert _sent(prepared, bytes(batch.build())) == INVALID_RECORD


def test_a_batch_of_the_format_of_today_is_taken(prepared: Settings) -> None:
    """So it is the format for which the others are refused."""
    batch = DefaultRecordBatchBuilder(
        2, 0, is_transactional=0, producer_id=-1, producer_epoch=-1, base_sequence=-1,
        batch_size=BATCH_BYTES,
    )  # fmt: skip
    batch.append(0, timestamp=1_700_000_000_000, key=b"k", value=b"[]", headers=[])
    assert _sent(prepared, bytes(batch.build())) == TAKEN
