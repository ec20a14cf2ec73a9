"""Brokers that ask who connects, as managed ones do: by password, certificate or token."""

import subprocess
import sys
from contextlib import AsyncExitStack

import pytest
from pydantic import SecretStr

from homeroom.engine.log.records import Partition
from homeroom.operations.migrating.topics import prepare_topics
from homeroom.operations.status.brokers import Brokers
from homeroom.operations.status.status import StatusReader
from homeroom.settings import Settings
from homeroom_kit.errors import BrokerError
from homeroom_kit.kafka import client_options, make_consumer
from tests.support import environment_of
from tests.support.publishing import publish_teacher
from tests.support.secured import Secured
from tests.support.strength import at_full_strength


async def refusal(settings: Settings) -> str:
    """What somebody reads whom the brokers do not let in."""
    with pytest.raises(BrokerError) as refused:
        await prepare_topics(settings, ["people"])
    return str(refused.value)


@pytest.mark.parametrize("way", ["password", "certificate", "token"])
async def test_every_kind_of_client_logs_in(settings: Settings, secured: Secured, way: str) -> None:
    settings = secured.settings(settings, way, topic_prefix=f"{way}-")
    topic = f"{way}-people"
    made = await prepare_topics(settings, [topic])
    assert made.created == (topic,)
    assert await publish_teacher(settings, "T-1") == (0, 0)
    assert await publish_teacher(settings, "T-2", transaction=True) == (0, 1)

    options = client_options(settings)
    async with make_consumer(**options, group_id="g", auto_offset_reset="earliest") as consumer:
        consumer.subscribe([topic])
        assert [(await consumer.getone()).key for _ in range(2)] == [b"T-1", b"T-2"]
    async with AsyncExitStack() as stack:
        brokers = await Brokers.connect(settings, stack)
        assert await brokers.partitions([topic]) == [Partition(topic, 0)]


async def test_a_wrong_password_is_said(settings: Settings, secured: Secured) -> None:
    wrong = secured.settings(settings, "password", kafka_sasl_password=SecretStr("wr0ng"))
    said = await refusal(wrong)
    assert "refuse the login: Authentication failed: Invalid username or password" in said
    assert "wr0ng" not in said


async def test_an_unknown_authority_is_refused(settings: Settings, secured: Secured) -> None:
    said = await refusal(secured.settings(settings, "password", kafka_ca_file=""))
    assert "the brokers' certificate is not accepted" in said
    assert "HOMEROOM_KAFKA_CA_FILE" in said


@pytest.mark.parametrize(
    ("way", "changed", "reason"),
    [
        ("password", {"kafka_sasl_mechanism": "SCRAM-SHA-512"}, "HOMEROOM_KAFKA_SASL_MECHANISM"),
        ("password", {"kafka_security_protocol": "SSL"}, "HOMEROOM_KAFKA_SECURITY_PROTOCOL"),
        ("password", {"kafka_security_protocol": "PLAINTEXT"}, "HOMEROOM_KAFKA_SECURITY_PROTOCOL"),
        ("certificate", {"kafka_security_protocol": "SASL_SSL"}, "no login by SASL there"),
    ],
)
async def test_another_way_than_the_listeners_is_said(
    settings: Settings, secured: Secured, way: str, changed: dict[str, object], reason: str
) -> None:
    assert reason in await refusal(secured.settings(settings, way, **changed))


async def test_status_says_why_brokers_refuse(settings: Settings, secured: Secured) -> None:
    wrong = secured.settings(settings, "password", kafka_sasl_password=SecretStr("wr0ng"))
    problems = " ".join((await StatusReader(wrong).read()).problems)
    assert "the brokers refuse the login" in problems
    assert "wr0ng" not in problems


@at_full_strength
@pytest.mark.parametrize(
    ("way", "secret", "said"),
    [
        ("token", "kafka_oauth_client_secret", "HOMEROOM_KAFKA_OAUTH_CLIENT_ID"),
        ("password", "kafka_sasl_password", "the brokers refuse the login"),
    ],
)
def test_a_command_that_is_refused_ends_with_the_reason_and_without_the_secret(
    settings: Settings, secured: Secured, database_url: str, way: str, secret: str, said: str
) -> None:
    wrong = secured.settings(
        settings,
        way,
        database_url=database_url,
        log_level="DEBUG",
        **{secret: SecretStr("s3cret")},
    )
    done = subprocess.run(
        [sys.executable, "-m", "homeroom", "migrate"],
        env=environment_of(wrong),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 1
    assert said in done.stderr
    assert "s3cret" not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
