"""The demo's broker lets nobody in without its password, and its folders belong to its owner."""

import asyncio
import stat
from pathlib import Path

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError

from homeroom.local import process
from homeroom.local.demo import state as demo_state
from homeroom.local.kafka import USER, LocalKafka
from homeroom.settings import Settings
from homeroom_kit.kafka import client_options
from tests.support.programs import PROGRAMS, run_program
from tests.support.strength import at_full_strength


@pytest.fixture
def broker(component_folder: Path, own_kafka: LocalKafka) -> LocalKafka:
    """On data that a broker without a login has made, as demos before it did."""
    broker = LocalKafka(component_folder / "kafka", login=True)
    assert broker.data == own_kafka.data
    broker.start()
    return broker


def settings_of(broker: LocalKafka, **changed: str) -> Settings:
    login = {
        "kafka_bootstrap_servers": broker.address,
        "kafka_security_protocol": "SASL_PLAINTEXT",
        "kafka_sasl_username": USER,
        "kafka_sasl_password": broker.password,
    }
    return Settings(**(login | changed))


async def topics(settings: Settings, *new: str) -> list[str]:
    """The broker's topics, after some were made."""
    admin = AIOKafkaAdminClient(**client_options(settings), request_timeout_ms=30_000)
    try:
        await admin.start()
        await admin.create_topics([NewTopic(name, 1, 1) for name in new])
        return list(await admin.list_topics())
    finally:
        await admin.close()


@at_full_strength
def test_who_has_no_password_is_refused_and_who_has_it_publishes(
    broker: LocalKafka, tmp_path: Path
) -> None:
    ours = settings_of(broker)
    assert asyncio.run(topics(ours, "people")) == ["people"]
    for wrong in (
        {"kafka_sasl_password": "wrong"},
        {"kafka_sasl_username": "admin"},
        {"kafka_security_protocol": "PLAINTEXT"},
        # The controller takes requests of clients as well.
        {"kafka_security_protocol": "PLAINTEXT", "kafka_bootstrap_servers": controller(broker)},
    ):
        with pytest.raises(KafkaError):
            asyncio.run(topics(settings_of(broker, **wrong)))
    # Every program of the page works with what the demo's file sets.
    for name, (language, _) in PROGRAMS.items():
        if language == "python":
            position = run_program(name, tmp_path, demo_state.logins(ours))
            assert position.startswith("people:0:")
    # A broker that runs with another login than it should is started anew.
    LocalKafka(broker.folder).start()
    open_to_all = settings_of(broker, kafka_security_protocol="PLAINTEXT")
    assert "people" in asyncio.run(topics(open_to_all))


def controller(broker: LocalKafka) -> str:
    port = process.read_state(broker.folder / "state.json")["controller_port"]
    return f"127.0.0.1:{port}"


def test_the_password_is_in_files_of_the_owner_alone(broker: LocalKafka) -> None:
    holding = [
        file
        for file in broker.folder.glob("*")
        if file.is_file() and broker.password in file.read_text(errors="replace")
    ]
    assert {file.name for file in holding} == {"state.json", "server.properties"}
    assert {stat.S_IMODE(file.stat().st_mode) for file in holding} == {0o600}


def test_folders_are_left_to_their_owner(tmp_path: Path) -> None:
    folder = tmp_path / "cache" / "demo"
    with demo_state.alone(folder):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    folder.chmod(0o755)
    with demo_state.alone(folder):
        assert stat.S_IMODE(folder.stat().st_mode) & 0o067 == 0
