"""What no message may show is known of each setting, in each form in which a library writes it."""

import json
from io import StringIO

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict
from pydantic import SecretStr

from homeroom.redaction import Redacting, redacted, secrets_of
from homeroom.settings import Settings

# Words in a name that say that something is secret, and names that have one and are none.
SUSPICIOUS = ("password", "secret", "key", "token", "url", "credential", "login")
OPEN = {
    "jwt_public_key": "everybody may know it",
    "kafka_key_file": "a path",
    "s3_access_key_id": "names a key",
    "vapid_public_key": "everybody may know it",
}
PASSWORDS = ("marked%zz-marked", "marked marked", "ma%20rked", 'marked"\\marked', "märked'x@y:z/")


def test_each_setting_that_sounds_secret_is_so_or_is_known_to_be_open() -> None:
    secret = {name for name, f in Settings.model_fields.items()
              if f.annotation is SecretStr or not f.repr}  # fmt: skip
    sounds = {name for name in Settings.model_fields if any(word in name for word in SUSPICIOUS)}
    assert sounds - secret == set(OPEN)


@pytest.mark.parametrize("password", PASSWORDS)
@pytest.mark.parametrize(
    "address",
    [
        "postgresql://homeroom:{}@127.0.0.1:1/homeroom",
        "host=127.0.0.1 password={} user=homeroom",
        "host=127.0.0.1 password='{}' user=homeroom",
        "postgresql://127.0.0.1:1/homeroom?user=x&password={}",
    ],
)
def test_no_piece_of_a_password_is_shown_that_libpq_quotes(address: str, password: str) -> None:
    url = address.format(password)
    secrets = secrets_of({"database_url": url})
    said = [url, repr(url), json.dumps(url), f"… {password} …"]
    try:
        said.append(str(conninfo_to_dict(url).get("password")))
    except psycopg.ProgrammingError as error:
        said.append(str(error))
    for text in said:
        shown = redacted(text, secrets)
        assert "marked" not in shown, shown
        assert "rked" not in shown, shown


def test_a_secret_is_shown_in_no_form() -> None:
    secret = 'marked "\\ä%'
    secrets = secrets_of(
        {"jwt_secret": secret, "internal_api_keys": "a=marked-1, b=marked-2", "host": "localhost"}
    )
    for text in (secret, json.dumps(secret), repr(secret), "marked-1", "{'key': 'marked-2'}"):
        assert "marked" not in redacted(text, secrets)
    assert redacted("localhost", secrets) == "localhost"


def test_settings_do_not_show_their_secrets() -> None:
    names = {name: "marked" for name, f in Settings.model_fields.items()
             if f.annotation is SecretStr or not f.repr}  # fmt: skip
    names["webhook_url"] = "https://marked.example"
    assert "marked" not in repr(Settings(**names))


def test_a_stream_writes_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOMEROOM_KAFKA_SASL_PASSWORD", "marked")
    written = StringIO()
    stream = Redacting(written)
    assert stream.write("a marked word") == 13
    stream.writelines(["marked", "\n"])
    assert written.getvalue() == "a … word…\n"
