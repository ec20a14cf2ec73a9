"""Settings that are wrong or misspelt are said to be so."""

import pytest

from homeroom.settings import get_settings, unknown_variables
from homeroom_kit.errors import ConfigurationError


@pytest.fixture(autouse=True)
def _anew() -> None:
    get_settings.cache_clear()


@pytest.mark.parametrize(
    "origins", ["", "https://a.example", " http://localhost:3000 , https://b.example,", "*"]
)
def test_origins_are_taken(monkeypatch: pytest.MonkeyPatch, origins: str) -> None:
    monkeypatch.setenv("HOMEROOM_CORS_ORIGINS", origins)
    assert get_settings().cors_origins == origins


@pytest.mark.parametrize(
    "wrong", ["a.example", "https://a.example/", "ftp://a.example", "https://a b", "null"]
)
def test_what_is_no_origin_is_refused(monkeypatch: pytest.MonkeyPatch, wrong: str) -> None:
    monkeypatch.setenv("HOMEROOM_CORS_ORIGINS", f"https://good.example,{wrong}")
    with pytest.raises(ConfigurationError) as refused:
        get_settings()
    assert f"HOMEROOM_CORS_ORIGINS: {wrong!r} is no origin" in str(refused.value)


def test_a_misspelt_variable_is_named_with_what_was_meant() -> None:
    assert unknown_variables(["HOMEROOM_DATABSE_URL", "PATH", "HOMEROOM_PORT"]) == [
        "HOMEROOM_DATABSE_URL is no setting and has no effect. "
        "Did you mean `HOMEROOM_DATABASE_URL`?"
    ]


@pytest.mark.parametrize(
    "name",
    [
        "HOMEROOM_LOCAL_CACHE", "homeroom_port", "HOMEROOM_SERVE_SERVICE_HOST",
        "HOMEROOM_SERVE_SERVICE_PORT_HTTP", "HOMEROOM_SERVE_PORT_8000_TCP_ADDR",
    ],
)  # fmt: skip
def test_what_others_set_is_not(name: str) -> None:
    assert unknown_variables([name]) == []
