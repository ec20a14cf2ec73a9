"""What is wrong with the settings of a login is said before any broker is asked."""

import subprocess
import sys
from base64 import urlsafe_b64decode
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import SecretStr

from homeroom.settings import Settings
from homeroom_kit.errors import ConfigurationError
from homeroom_kit.kafka import client_options
from homeroom_kit.kafka_login.tokens import token_source
from homeroom_kit.kafka_refusals import NoToken
from tests.support.authority import HOUR, Authority, Identity

BROKERS = "broker.example:9093"
OAUTH = Settings(
    kafka_bootstrap_servers=BROKERS,
    kafka_security_protocol="SASL_PLAINTEXT",
    kafka_sasl_mechanism="OAUTHBEARER",
    kafka_oauth_token_url="https://issuer.example/token",
    kafka_oauth_client_id="homeroom",
    kafka_oauth_client_secret=SecretStr("s3cret"),
)
MSK = Settings(
    kafka_bootstrap_servers=BROKERS,
    kafka_security_protocol="SASL_SSL",
    kafka_sasl_mechanism="AWS_MSK_IAM",
)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def client(authority: Authority) -> Identity:
    return authority.issue("client")


@pytest.fixture(scope="module")
def locked(authority: Authority) -> Identity:
    return authority.issue("locked", password="r1ght")


def mutual(certificate: Path | str, key: Path | str = "", password: str = "") -> Settings:
    return Settings(
        kafka_bootstrap_servers=BROKERS,
        kafka_security_protocol="SSL",
        kafka_certificate_file=str(certificate),
        kafka_key_file=str(key),
        kafka_key_password=SecretStr(password),
    )


def refusal(settings: Settings) -> str:
    with pytest.raises(ConfigurationError) as refused:
        client_options(settings)
    return str(refused.value)


def test_a_certificate_and_its_key_are_taken(client: Identity, locked: Identity) -> None:
    client_options(mutual(client.certificate, client.key))
    client_options(mutual(client.both))
    client_options(mutual(locked.certificate, locked.key, "r1ght"))
    client_options(mutual(client.certificate, client.key, "which it does not need"))


def test_a_wrong_password_or_none_is_said(locked: Identity) -> None:
    """Nobody is asked for one on the terminal."""
    said = refusal(mutual(locked.certificate, locked.key))
    assert said.endswith("HOMEROOM_KAFKA_KEY_FILE names is encrypted: set "
                         "HOMEROOM_KAFKA_KEY_PASSWORD.")  # fmt: skip
    said = refusal(mutual(locked.certificate, locked.key, "wr0ng"))
    assert "HOMEROOM_KAFKA_KEY_PASSWORD is wrong" in said
    assert "wr0ng" not in said


def test_wrong_files_name_their_settings(client: Identity, locked: Identity) -> None:
    missing = "names /nowhere, which cannot be read: No such file or directory"
    assert f"_CERTIFICATE_FILE {missing}" in refusal(mutual("/nowhere", client.key))
    assert f"_KEY_FILE {missing}" in refusal(mutual(client.certificate, "/nowhere"))
    assert "without a PEM certificate" in refusal(mutual(client.key, client.key))
    assert "no PEM key" in refusal(mutual(client.certificate, client.certificate))
    assert "_CERTIFICATE_FILE names cannot be read" in refusal(mutual(client.certificate))
    assert "is not that of the certificate CN=locked" in refusal(
        mutual(locked.certificate, client.key)
    )
    assert "HOMEROOM_KAFKA_CERTIFICATE_FILE is not" in refusal(mutual("", client.key))
    lacking = mutual(client.both).model_copy(update={"kafka_ca_file": "/nowhere/ca.pem"})
    assert "HOMEROOM_KAFKA_CA_FILE names /nowhere/ca.pem" in refusal(lacking)


def test_a_certificate_that_has_expired_is_said(authority: Authority) -> None:
    said = refusal(mutual(authority.issue("late", valid_for=-HOUR).both))
    assert "The certificate CN=late in HOMEROOM_KAFKA_CERTIFICATE_FILE is valid from" in said
    assert "and not now" in said


def test_what_a_login_by_token_needs_is_said() -> None:
    for name in ("token_url", "client_id"):
        lacking = OAUTH.model_copy(update={f"kafka_oauth_{name}": ""})
        assert f"HOMEROOM_KAFKA_OAUTH_{name.upper()}" in refusal(lacking)
    lacking = OAUTH.model_copy(update={"kafka_oauth_client_secret": SecretStr("")})
    assert "HOMEROOM_KAFKA_OAUTH_CLIENT_SECRET" in refusal(lacking)
    lacking = OAUTH.model_copy(update={"kafka_oauth_ca_file": "/nowhere/ca.pem"})
    assert "HOMEROOM_KAFKA_OAUTH_CA_FILE" in refusal(lacking)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("issuer.example/token", "is no https:// address"),
        ("ftp://issuer.example/token", "is no https:// address"),
        ("https://", "is no https:// address"),
        ("https://issuer.example:port/", "is no https:// address"),
        ("http://me:s3cret@issuer.example/?key=s3cret", "without encryption"),
    ],
)
def test_an_address_that_cannot_be_asked_in_secret_is_refused(url: str, why: str) -> None:
    said = refusal(OAUTH.model_copy(update={"kafka_oauth_token_url": url}))
    assert why in said
    assert "s3cret" not in said


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """AWS's tools find what the variables say, and nothing else."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    token_source.cache_clear()
    return monkeypatch


async def test_a_token_for_msk_is_signed_for_its_region(aws: pytest.MonkeyPatch) -> None:
    aws.setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
    aws.setenv("AWS_SECRET_ACCESS_KEY", "s3cret")
    options = client_options(MSK.model_copy(update={"kafka_aws_region": "eu-central-1"}))
    assert options["sasl_mechanism"] == "OAUTHBEARER"
    source = options["sasl_oauth_token_provider"]
    token = await source.token()
    assert await source.token() == token, "a good token is signed once"

    signed = urlsplit(urlsafe_b64decode(token + "==").decode())
    said = {name: values[0] for name, values in parse_qs(signed.query).items()}
    assert signed.hostname == "kafka.eu-central-1.amazonaws.com"
    assert said["Action"] == "kafka-cluster:Connect"
    assert said["X-Amz-Credential"].startswith("AKIAEXAMPLE/")
    assert said["X-Amz-Credential"].endswith("/eu-central-1/kafka-cluster/aws4_request")
    assert said["X-Amz-Expires"] == "900"
    assert len(said["X-Amz-Signature"]) == 64
    assert "s3cret" not in signed.query


async def test_what_a_login_at_msk_needs_is_said(aws: pytest.MonkeyPatch) -> None:
    assert "set HOMEROOM_KAFKA_AWS_REGION" in refusal(MSK)
    wrong = MSK.model_copy(update={"kafka_aws_region": "frankfurt"})
    assert "'frankfurt' is none" in refusal(wrong)
    aws.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    source = client_options(MSK)["sasl_oauth_token_provider"]
    with pytest.raises(NoToken, match="AWS's tools find no credentials"):
        await source.token()
    plain = MSK.model_copy(update={"kafka_security_protocol": "SASL_PLAINTEXT"})
    assert "HOMEROOM_KAFKA_SECURITY_PROTOCOL=SASL_SSL" in refusal(plain)


def test_the_signer_is_imported_only_where_it_is_chosen() -> None:
    """And its absence is said, with what to install."""
    program = """
import sys
from homeroom_kit.errors import ConfigurationError
from homeroom_kit.kafka import client_options
from homeroom.settings import Settings
sys.modules["aws_msk_iam_sasl_signer"] = None  # As if it were not installed.
client_options(Settings(kafka_bootstrap_servers="b:1"))
assert "botocore" not in sys.modules and "cryptography" not in sys.modules
msk = {"kafka_security_protocol": "SASL_SSL", "kafka_sasl_mechanism": "AWS_MSK_IAM"}
try:
    client_options(Settings(kafka_bootstrap_servers="b:1", **msk))
except ConfigurationError as error:
    assert "install homeroom-kit[msk]" in str(error)
else:
    raise AssertionError
"""
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)
