"""The server as a process: its address, and a clean end."""

import re
import signal
import socket
import struct
import subprocess
import sys

import httpx
import pytest
import structlog

from homeroom.api import tokens
from homeroom.api.server import run
from homeroom.settings import Settings
from homeroom_kit.errors import ConfigurationError
from tests.support.commands import start
from tests.support.readmodel import TEACHER
from tests.support.rude_clients import everything, parsed, serving


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


# Of Linux's `struct tcp_info`: the segments with data that came, and where they stand.
DATA_SEGMENTS_IN, TCP_INFO_BYTES = 152, 192


@pytest.mark.skipif(sys.platform != "linux", reason="Linux counts the packets")
def test_an_answer_comes_in_one_packet(read_model_url):
    with serving(read_model_url) as server:
        asked = b"GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
        connection = server.connect(asked)
        status, _, body = parsed(everything(connection))
        assert (status, body) == (200, {"status": "ok"})
        info = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, TCP_INFO_BYTES)
        assert struct.unpack_from("I", info, DATA_SEGMENTS_IN) == (1,)


def test_an_address_that_is_taken_is_refused(settings):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigurationError, match=f"Cannot listen on 127.0.0.1:{port}"):
            run(settings.model_copy(update={"port": port}))


def test_without_a_key_for_tokens_it_does_not_start(settings):
    bare = Settings(database_url=settings.database_url)
    with pytest.raises(ConfigurationError, match="HOMEROOM_JWT_SECRET"):
        run(bare)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def test_what_is_for_services_and_operators_is_answered_at_an_address_of_its_own(settings, tables):
    tables.insert("teachers")
    given = Settings(
        database_url=settings.database_url,
        jwt_secret=settings.jwt_secret,
        port=0,
        internal_host="127.0.0.1",
        internal_port=free_port(),
    )
    headers = {"Authorization": f"Bearer {tokens.issue(settings, TEACHER, 'teacher')}"}
    stats = f"/api/teachers/{TEACHER}/dashboard/stats"
    own = {"/metrics": 200, "/docs": 200, "/openapi.json": 200, "/internal/v1/explain": 401}
    with start(given, "serve", stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            public = process.stdout.readline().split()[-1]
            internal = f"http://127.0.0.1:{given.internal_port}"
            with httpx.Client(headers=headers) as client:
                assert client.get(f"{public}{stats}").status_code == 200
                assert client.get(f"{internal}{stats}").status_code == 404
                for path, status in own.items():
                    assert client.get(f"{internal}{path}").status_code == status
                    refused = client.get(f"{public}{path}", headers={"Host": "127.0.0.1:1"})
                    assert (refused.status_code, refused.json()["message"]) == (404, "Not found")
                for address in (public, internal):
                    assert client.get(f"{address}/healthz").status_code == 200
                    assert client.get(f"{address}/readyz").status_code == 200
        finally:
            process.kill()


def test_addresses_that_cannot_be_told_apart_are_refused(settings):
    port = free_port()
    with pytest.raises(ConfigurationError, match="another than HOMEROOM_PORT"):
        run(settings.model_copy(update={"port": port, "internal_port": port}))


@pytest.mark.parametrize(
    ("claims", "missing"),
    [
        ({}, ["HOMEROOM_JWT_ISSUER", "HOMEROOM_JWT_AUDIENCE"]),
        ({"jwt_issuer": "homeroom"}, ["HOMEROOM_JWT_AUDIENCE"]),
        ({"jwt_issuer": "homeroom", "jwt_audience": "homeroom"}, None),
    ],
)
def test_it_warns_of_tokens_that_were_made_for_somebody_else(settings, claims, missing):
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        structlog.testing.capture_logs() as lines,
        pytest.raises(ConfigurationError, match="Cannot listen"),
    ):
        run(settings.model_copy(update={"port": taken.getsockname()[1], **claims}))
    warned = [line["not_set"] for line in lines if line["event"] == "tokens_for_others_count"]
    assert warned == ([missing] if missing else [])
