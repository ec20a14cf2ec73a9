"""The server as a process: its address, and a clean end."""

import re
import signal
import socket
import subprocess

import httpx
import pytest

from homeroom.api import tokens
from homeroom.api.server import run
from homeroom.errors import ConfigurationError
from homeroom.settings import Settings
from tests.support.commands import start
from tests.support.readmodel import TEACHER


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_prints_its_address_answers_and_ends_cleanly(settings, tables, number):
    tables.insert("teachers")
    free = Settings(
        database_url=settings.database_url, jwt_secret=settings.jwt_secret, port=0, host="127.0.0.1"
    )
    with start(free, "serve", stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            found = next(
                m for line in process.stdout if (m := re.match(r"listening on (http://.*)", line))
            )
            headers = {"Authorization": f"Bearer {tokens.issue(settings, TEACHER, 'teacher')}"}
            url = f"{found[1]}/api/teachers/{TEACHER}/dashboard/stats"
            assert httpx.get(url, headers=headers).status_code == 200
            process.send_signal(number)
            assert process.wait(timeout=60) == 0
        finally:
            process.kill()


def test_an_address_that_is_taken_is_refused(settings):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigurationError, match=f"Cannot listen on 127.0.0.1:{port}"):
            run(settings.model_copy(update={"port": port}))


def test_without_a_key_for_tokens_it_does_not_start(settings):
    bare = Settings(database_url=settings.database_url)
    with pytest.raises(ConfigurationError, match="HOMEROOM_JWT_SECRET"):
        run(bare)
