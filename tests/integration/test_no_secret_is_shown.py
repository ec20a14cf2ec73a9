"""Each secret of the settings is marked, no connection works, and nothing shown has a mark."""

import multiprocessing
import os
import subprocess
import sys

import httpx
import pytest
from pydantic import SecretStr

from homeroom.engine.log.records import Partition
from homeroom.local.process import choose_port
from homeroom.operations.rebuilding import loading
from homeroom.settings import Settings
from tests.support.commands import STOP_SECONDS, start
from tests.support.environment import environment_of
from tests.support.strength import at_full_strength
from tests.support.waiting import wait_for

MARK = "mArKeD"
SECRET = f"{MARK}-%-{MARK} {MARK}"
# As somebody writes it who does not know that % and a space are written otherwise.
UNREADABLE = f"postgresql://homeroom:{MARK}%zz {MARK}@127.0.0.1:1/homeroom"
READABLE = f"postgresql://homeroom:{MARK}%25{MARK}%20x@127.0.0.1:1/homeroom?connect_timeout=2"
# What they write until they try again; then they are ended.
LASTING = {"worker": "trying again", "serve": "listening"}


def marked(address: str) -> dict[str, str]:
    """The environment with a mark in whatever is secret, and addresses where nobody listens."""
    variables = environment_of(Settings())
    for name, field in Settings.model_fields.items():
        if field.annotation is SecretStr:
            variables[f"HOMEROOM_{name.upper()}"] = SECRET
        elif not field.repr:
            variables[f"HOMEROOM_{name.upper()}"] = (
                address if "database" in name else f"http://x:{MARK}@127.0.0.1:1/{name}"
            )
    return variables | {
        "HOMEROOM_INTERNAL_API_KEYS": f"service={SECRET}",
        "HOMEROOM_JWT_PUBLIC_KEY": "",
        "HOMEROOM_KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1",
        "HOMEROOM_KAFKA_SECURITY_PROTOCOL": "SASL_PLAINTEXT",
        "HOMEROOM_KAFKA_SASL_USERNAME": "homeroom",
        "HOMEROOM_LOG_LEVEL": "DEBUG",
        "HOMEROOM_READ_DATABASE_URL": "" if address == UNREADABLE else address,
    }


@pytest.fixture(params=[UNREADABLE, READABLE], ids=["unreadable", "readable"])
def variables(request: pytest.FixtureRequest) -> dict[str, str]:
    return marked(request.param)


@pytest.mark.parametrize("command", ["status", "migrate", "verify", "serve", "worker"])
def test_no_command_shows_a_secret(variables: dict[str, str], command: str) -> None:
    ports = {"PORT": choose_port(None), "METRICS_PORT": choose_port(None)}
    variables |= {f"HOMEROOM_{name}": str(port) for name, port in ports.items()}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    shown = ""
    with start(variables, command, **pipes) as process:
        assert process.stdout is not None
        try:
            if command in LASTING:
                for line in process.stdout:
                    shown += line
                    if LASTING[command] in line:
                        port = ports["PORT" if command == "serve" else "METRICS_PORT"]
                        shown += _asked(process, port)
                        break
                process.terminate()
            shown += process.communicate(timeout=STOP_SECONDS)[0]
        finally:
            process.kill()
    assert "HOMEROOM_" in shown or "127.0.0.1" in shown or "does not answer" in shown, shown
    assert MARK.lower() not in shown.lower(), shown


class Talkative:
    """Where a loader reports to: standard error, with what a library might quote."""

    def send(self, text: str) -> None:
        print(f"{text} {os.environ['HOMEROOM_DATABASE_URL']} \x1b[2J", file=sys.stderr)

    def close(self) -> None:
        """Nothing is open."""


@at_full_strength
def test_a_loader_with_streams_of_its_own_shows_none(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HOMEROOM_DATABASE_URL", READABLE)
    settings = Settings(database_url=READABLE, kafka_bootstrap_servers="127.0.0.1:1")
    loader = multiprocessing.get_context("spawn").Process(
        target=loading._run_loader,
        args=(settings, "g0001", None, {Partition("classes", 0): 1}, Talkative()),
    )
    loader.start()
    loader.join(STOP_SECONDS)
    shown = "".join(capfd.readouterr())
    assert loader.exitcode == 0, shown
    assert "…@127.0.0.1:1/homeroom" in shown
    assert r"\u001b[2J" in shown
    assert MARK not in shown


def _asked(process: subprocess.Popen[str], port: int) -> str:
    """What the process answers over HTTP; nothing where it has ended."""
    address = f"http://127.0.0.1:{port}"

    def answered() -> str:
        paths = ("metrics", "readyz", "api/teachers/T/dashboard/stats")
        return "".join(httpx.get(f"{address}/{path}", timeout=30).text for path in paths)

    found: list[str] = []

    def ask() -> bool:
        try:
            found.append(answered())
        except httpx.TransportError:
            return process.poll() is not None
        return True

    wait_for(ask)
    return "".join(found)
