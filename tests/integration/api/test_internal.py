"""What services ask with keys of their own."""

import hashlib

import pytest
from pydantic import SecretStr

from homeroom.api.app import create_app
from homeroom.api.keys import PUBLISHED_SECRETS
from homeroom_kit.errors import ConfigurationError

KEYS = {
    "X_Internal_API_Key": "open-sesame-open-sesame-open-sesame",
    "X_Service_ID": "reports",
    "Authorization": None,
}
PATH = "/internal/v1/explain?table=teacher&key=T-1"
TEACHER = """
INSERT INTO {}.teacher (teacher_id, name, deactivated, sequence, first_sequence, mask, partition,
                        first_offset, last_offset)
VALUES ('T-1', 'Ada', false, 1, 1, 7, 0, 4, 4)
"""


@pytest.fixture
def settings(settings):
    return settings.model_copy(
        update={"internal_api_keys": SecretStr(" reports = open-sesame-open-sesame-open-sesame ,")}
    )


async def test_a_service_without_brokers_says_what_the_tables_do(api, tables):
    tables.connection.execute(TEACHER.format(tables.generation))
    answer = await api.get(PATH, **KEYS)
    tables.connection.execute(f"DELETE FROM {tables.generation}.teacher")  # noqa: S608
    assert answer.status_code == 200, answer.text
    told = answer.json()["data"]
    assert told["value"]["name"] == "Ada"
    assert told["rows"][0]["fields"]["name"] == {"value": "Ada", "event": None}
    assert "HOMEROOM_KAFKA_BOOTSTRAP_SERVERS is not set" in told["log"]["problem"]


async def test_nobody_has_a_key_where_none_is_set(api, serve, settings):
    for keys in ("", " , "):
        async with serve(
            settings.model_copy(update={"internal_api_keys": SecretStr(keys)})
        ) as other:
            assert (await other.get(PATH, **KEYS)).status_code == 401
            assert (
                await other.get(PATH, X_Internal_API_Key="", X_Service_ID="")
            ).status_code == 401
    # A token is no key.
    assert (await api.get(PATH)).status_code == 401


@pytest.mark.parametrize("keys", ["reports=short", f"a={'k' * 32},b={'k' * 31}"])
def test_a_key_that_is_short_is_refused_at_the_start(settings, keys):
    with pytest.raises(ConfigurationError, match="at least 32") as refused:
        create_app(settings.model_copy(update={"internal_api_keys": SecretStr(keys)}))
    assert "short" not in str(refused.value)
    assert "kkk" not in str(refused.value)


@pytest.mark.parametrize("secret", sorted(PUBLISHED_SECRETS))
def test_a_key_that_stands_in_our_own_files_is_refused_at_the_start(settings, secret):
    hashed = hashlib.sha256(secret.encode()).hexdigest()
    for key in (secret, f"sha256:{hashed}"):
        with pytest.raises(ConfigurationError, match="own files"):
            create_app(settings.model_copy(update={"internal_api_keys": SecretStr(f"a={key}")}))
    with pytest.raises(ConfigurationError, match="own files"):
        create_app(settings.model_copy(update={"jwt_secret": SecretStr(secret)}))


@pytest.mark.parametrize("keys", ["reports", "=key", "reports=", f"a={'b' * 32},c"])
def test_keys_that_are_no_pairs_are_refused_at_the_start(settings, keys):
    with pytest.raises(ConfigurationError, match="pairs"):
        create_app(settings.model_copy(update={"internal_api_keys": SecretStr(keys)}))
