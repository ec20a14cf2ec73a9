"""Brokers that ask for a login over TLS, as managed ones do."""

import datetime
import ipaddress
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from pydantic import SecretStr

from homeroom.local import process
from homeroom.local.kafka import LocalKafka
from homeroom.settings import Settings
from tests.support import environment_of

FURTHER = """
listeners=BROKER://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port},CLIENT://127.0.0.1:CLIENT_PORT
advertised.listeners=BROKER://127.0.0.1:{port},CLIENT://127.0.0.1:CLIENT_PORT
listener.security.protocol.map=BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT,CLIENT:SASL_SSL
listener.name.client.sasl.enabled.mechanisms=PLAIN
listener.name.client.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required user_homeroom="right";
ssl.keystore.type=PEM
ssl.keystore.location=KEYSTORE
"""  # noqa: E501


def certificate(folder: Path) -> tuple[Path, Path]:
    """A key with its certificate for 127.0.0.1, and the certificate alone, which vouches for it."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(address, critical=False)
        .sign(key, hashes.SHA256())
    )
    public = made.public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    (folder / "keystore.pem").write_bytes(private + public)
    (folder / "ca.pem").write_bytes(public)
    return folder / "keystore.pem", folder / "ca.pem"


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A broker's address behind TLS and a login, and its authority's certificate."""
    folder = tmp_path_factory.mktemp("secured")
    keystore, ca = certificate(folder)
    port = process.choose_port(None)
    further = FURTHER.replace("CLIENT_PORT", str(port)).replace("KEYSTORE", str(keystore))
    broker = LocalKafka(folder / "kafka", further=further)
    broker.start()
    yield f"127.0.0.1:{port}", ca
    broker.kill()


def migrate(settings: Settings, **changed: object) -> subprocess.CompletedProcess[str]:
    environment = environment_of(settings.model_copy(update=changed))
    return subprocess.run(
        [sys.executable, "-m", "homeroom", "migrate"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )


def login(secured: tuple[str, Path], password: str = "right") -> dict[str, object]:
    address, ca = secured
    return {
        "kafka_bootstrap_servers": address,
        "kafka_security_protocol": "SASL_SSL",
        "kafka_sasl_mechanism": "PLAIN",
        "kafka_sasl_username": "homeroom",
        "kafka_sasl_password": SecretStr(password),
        "kafka_ca_file": str(ca),
    }


def test_the_right_user_creates_topics_over_tls(settings, secured):
    done = migrate(settings, **login(secured))
    assert done.returncode == 0, done.stderr
    assert f"{settings.topic_prefix}exams" in done.stdout


def test_a_wrong_password_is_said(settings, secured):
    done = migrate(settings, **login(secured, "wrong"))
    assert done.returncode == 1
    assert "HOMEROOM_KAFKA_SECURITY_PROTOCOL" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_unknown_authority_is_refused(settings, secured):
    done = migrate(settings, **login(secured) | {"kafka_ca_file": ""})
    assert done.returncode == 1
    assert "Traceback" not in done.stderr


def test_a_missing_authority_file_names_its_setting(settings, secured):
    done = migrate(settings, **login(secured) | {"kafka_ca_file": "/nowhere/ca.pem"})
    assert done.returncode == 1
    assert "HOMEROOM_KAFKA_CA_FILE" in done.stderr
