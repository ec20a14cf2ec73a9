"""What services ask with keys of their own."""

import pytest
from pydantic import SecretStr

from homeroom.api.app import create_app
from homeroom.errors import ConfigurationError

KEYS = {"X_Internal_API_Key": "open-sesame", "X_Service_ID": "reports", "Authorization": None}
PATH = "/internal/v1/explain?table=teacher&key=T-1"
TEACHER = """
INSERT INTO {}.teacher (teacher_id, name, deactivated, sequence, first_sequence, mask, partition,
                        first_offset, last_offset)
VALUES ('T-1', 'Ada', false, 1, 1, 7, 0, 4, 4)
"""


@pytest.fixture
def settings(settings):
    return settings.model_copy(update={"internal_api_keys": SecretStr(" reports = open-sesame ,")})


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


@pytest.mark.parametrize("keys", ["reports", "=key", "reports=", "a=b,c"])
def test_keys_that_are_no_pairs_are_refused_at_the_start(settings, keys):
    with pytest.raises(ConfigurationError, match="pairs"):
        create_app(settings.model_copy(update={"internal_api_keys": SecretStr(keys)}))
