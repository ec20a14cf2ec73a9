"""Clients that show a certificate (mutual TLS)."""

import shutil
from pathlib import Path

import pytest
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaConnectionError

from homeroom.settings import Settings
from homeroom_kit.kafka import client_options
from tests.integration.secured.test_login import refusal
from tests.support.authority import Authority
from tests.support.secured import Secured
from tests.support.strength import at_full_strength


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """An authority that the broker does not trust."""
    return Authority(tmp_path_factory.mktemp("stranger"), "stranger")


@at_full_strength
async def test_without_a_certificate_the_settings_are_named(
    settings: Settings, secured: Secured
) -> None:
    nobody = {"kafka_certificate_file": "", "kafka_key_file": ""}
    said = await refusal(secured.settings(settings, "certificate", **nobody))
    assert "set HOMEROOM_KAFKA_CERTIFICATE_FILE and HOMEROOM_KAFKA_KEY_FILE" in said


async def test_a_certificate_of_a_stranger_is_refused(
    settings: Settings, secured: Secured, stranger: Authority
) -> None:
    theirs = stranger.issue("client")
    changed = {"kafka_certificate_file": str(theirs.both), "kafka_key_file": ""}
    said = await refusal(secured.settings(settings, "certificate", **changed))
    assert "refuse the certificate of HOMEROOM_KAFKA_CERTIFICATE_FILE" in said


async def test_a_certificate_that_is_renewed_counts_at_the_next_connection(
    settings: Settings, secured: Secured, stranger: Authority, tmp_path: Path
) -> None:
    """Also what is wrong with the files for a while does no harm."""
    own = tmp_path / "own.pem"
    shutil.copy(stranger.issue("client").both, own)
    changed = {"kafka_certificate_file": str(own), "kafka_key_file": ""}
    options = client_options(secured.settings(settings, "certificate", **changed))

    async def connect() -> None:
        admin = AIOKafkaAdminClient(**options)
        try:
            await admin.start()
        finally:
            await admin.close()

    with pytest.raises(KafkaConnectionError):
        await connect()
    shutil.copy(secured.client.both, own)
    await connect()
    own.write_text("half wri")
    await connect()
