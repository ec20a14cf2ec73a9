"""Who holds the line: connections of a real server whose clients do not do their part."""

import json
import select
import socket
import time
from contextlib import ExitStack, suppress

import pytest

from tests.support import wait_for
from tests.support.readmodel import TEACHER
from tests.support.rude_clients import everything, parsed, serving, started
from tests.support.strength import at_full_strength, thinned

HALF = b"GET /healthz HTTP/1.1\r\nHost: a\r\nX-Half: "
POST = b"POST /healthz HTTP/1.1\r\nHost: a\r\n"
LOGS = b"POST /api/v1/student/habits/logs HTTP/1.1\r\nHost: a\r\n"


@pytest.fixture(scope="module")
def impatient(read_model_url):
    """One server for all tests of its usual patience, which is a second."""
    with started(read_model_url, request_head_seconds=1, keep_alive_seconds=1) as connected:
        yield connected


@pytest.fixture
def server(impatient, tables):
    tables.insert("teachers")
    with ExitStack() as stack:
        yield impatient(stack)


def refused(connection: socket.socket, status: int, text: str) -> bool:
    """The refusal is whole, has the envelope, and ends the connection."""
    found, headers, body = parsed(everything(connection))
    assert found == status
    assert text in body["message"]
    assert body["requestId"] == headers["x-request-id"]
    assert headers["connection"] == "close"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"
    return True


@pytest.mark.parametrize(
    "sent",
    thinned([b"", HALF, b"\r\n", b"G", b"GET / HTTP/1.1\r\n"], lambda sent: sent in {b"", HALF}),
)
def test_a_head_that_does_not_come_ends_the_connection(server, sent):
    assert refused(server.connect(sent), 408, "The head of the request did not come in time")
    assert server.refused("head too late") == 1


@at_full_strength
def test_a_head_that_drips_ends_the_connection_too(server):
    connection = server.connect(HALF)
    # One byte at each look, until there is something to read.
    while not select.select([connection], [], [], 0.05)[0]:
        connection.sendall(b"x")
    assert b" 408 " in everything(connection)


@at_full_strength
def test_a_second_request_must_come_whole_as_well(server):
    connection = server.connect(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
    assert connection.recv(65_536).startswith(b"HTTP/1.1 200")
    connection.sendall(HALF)
    assert refused(connection, 408, "head")


def test_an_idle_connection_ends(server):
    connection = server.connect(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
    assert everything(connection).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize(
    "framing",
    thinned(
        [b"Content-Length: 1000\r\n", b"Transfer-Encoding: chunked\r\n"],
        lambda framing: framing.startswith(b"Content-Length"),
    ),
)
def test_a_body_that_does_not_come_ends_the_connection(server, framing):
    head = LOGS + framing + b"Authorization: Bearer " + server.student.encode() + b"\r\n\r\n"
    status, _, body = parsed(everything(server.connect(head)))
    assert (status, body) == (408, {"error": "The body of the request did not come in time"})
    assert server.refused("body too late") == 1


@at_full_strength
def test_a_body_that_comes_as_fast_as_it_must_is_waited_for(read_model_url):
    with serving(
        read_model_url, request_head_seconds=0.5, request_body_bytes_per_second_min=1
    ) as server:
        body = b'{"logs":' + b" " * 200 + b"0}"
        head = b"Authorization: Bearer %b\r\nContent-Length: %d\r\n\r\n"
        connection = server.connect(LOGS + head % (server.student.encode(), len(body)))
        began = time.monotonic()
        for n in range(0, len(body), 10):
            connection.sendall(body[n : n + 10])
            # Far longer than a head may take.
            select.select([connection], [], [], 0.1)
        assert time.monotonic() - began > 2
        assert connection.recv(65_536).startswith(b"HTTP/1.1 400")


@at_full_strength
def test_the_rest_of_a_body_that_nobody_needs_is_not_waited_for(server):
    connection = server.connect(LOGS + b"Content-Length: 9999999\r\n\r\n" + b" " * 1000)
    answer = everything(connection)
    assert answer.startswith(b"HTTP/1.1 413")


def test_a_client_that_sends_its_whole_body_first_still_reads_the_refusal(server):
    answer = server.client.post(
        "/api/v1/student/habits/logs",
        content=b" " * 3_000_000,
        headers={"Authorization": f"Bearer {server.student}", "Content-Type": "application/json"},
    )
    assert answer.status_code == 413


def test_a_head_without_an_end_is_431_while_it_still_comes(server):
    connection = server.connect(HALF)
    while not select.select([connection], [], [], 0)[0]:
        connection.sendall(b"x" * 10_000)
    assert connection.recv(65_536).startswith(b"HTTP/1.1 431")
    assert server.refused("head too long") == 1


def test_a_head_that_is_too_long_reads_why(server):
    assert refused(server.connect(HALF + b"x" * 40_000), 431, "more than 32,768 bytes")


def test_a_head_as_long_as_it_may_be_is_answered(server):
    head = HALF + b"x" * (32_768 - len(HALF) - 4) + b"\r\n\r\n"
    assert server.connect(head).recv(65_536).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize("length", [40_000, 20_000_000])
def test_an_address_that_is_too_long_is_414(server, length):
    connection = server.connect()
    with suppress(OSError):
        connection.sendall(b"GET /" + b"x" * length)
    assert refused(connection, 414, "The address is too long")


def test_a_head_of_too_many_lines_is_431_although_it_is_short(server):
    honest = b"GET /healthz HTTP/1.1\r\nHost: a\r\n" + b"a:b\r\n" * 255 + b"\r\n"
    assert server.connect(honest).recv(65_536).startswith(b"HTTP/1.1 200")
    lines = b"GET /healthz HTTP/1.1\r\nHost: a\r\n" + b"a:b\r\n" * 256 + b"\r\n"
    assert refused(server.connect(lines), 431, "more than 256 lines")


@pytest.mark.parametrize("around", [b"0\r\nX: ", b"1;"])
def test_what_stands_around_the_chunks_of_a_body_is_bounded_too(server, around):
    connection = server.connect()
    with suppress(OSError):
        connection.sendall(POST + b"Transfer-Encoding: chunked\r\n\r\n")
        connection.sendall(around + b"x" * 20_000_000)
    assert b" 431 " in everything(connection)


def test_a_body_in_many_chunks_is_read_whole(server):
    chunks = b"400\r\n" + b" " * 0x400 + b"\r\n"
    head = LOGS + b"Transfer-Encoding: chunked\r\nContent-Type: application/json\r\n"
    head += b"Connection: close\r\nAuthorization: Bearer " + server.student.encode() + b"\r\n\r\n"
    whole = head + chunks * 200 + b"2\r\n{}\r\n0\r\nX-Trailer: a\r\n\r\n"
    status, _, body = parsed(everything(server.connect(whole)))
    assert (status, body) == (400, {"error": 'The body must be a JSON object with a list "logs"'})


def test_hundreds_of_heads_of_short_lines_take_little_memory(read_model_url):
    """Each line took thirty times its bytes: the process ended under its limit of memory.

    The heads have fewer bytes than a head may have, and no end, for which the server waits: whoever
    keeps their lines keeps those of all. An answer alone would not say that all have been parsed.
    """
    with serving(read_model_url, request_head_seconds=60) as patient:
        assert patient.client.get("/healthz").status_code == 200
        before = patient.memory_bytes_max()
        lines = b"GET /healthz HTTP/1.1\r\nHost: a\r\n" + b"a:b\r\n" * 5_000
        for _ in range(300):
            patient.connect(lines)
        wait_for(lambda: patient.refused("head too long") == 300)
        assert patient.memory_bytes_max() - before < 40_000_000


@pytest.mark.parametrize(
    "sent",
    [
        b"nonsense\r\n\r\n",
        b"GET / HTTP/1.1\r\nno colon\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\nHost: a\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ],
)
def test_what_is_no_http_is_400_with_the_envelope(server, sent):
    status, headers, body = parsed(everything(server.connect(sent)))
    assert status == 400
    assert body["requestId"] == headers["x-request-id"]


def test_what_is_no_http_and_too_long_is_refused_once(server):
    # The piece that is too long is the one that is no HTTP.
    sent = b"GET / HTTP/1.1\r\nHost: a\r\n" + b"a:b\r\n" * 300 + b"no colon\r\n\r\n"
    assert everything(server.connect(sent)).count(b"HTTP/1.1 ") == 1
    assert (server.refused("not HTTP"), server.refused("head too long")) == (1, 0)


def test_requests_without_a_host_or_with_two_are_400(server):
    for hosts in (b"", b"Host: a\r\nHost: b\r\n"):
        sent = b"GET /healthz HTTP/1.1\r\n" + hosts + b"Connection: close\r\n\r\n"
        assert parsed(everything(server.connect(sent)))[0] == 400
    old = server.connect(b"GET /healthz HTTP/1.0\r\n\r\n")
    assert everything(old).startswith(b"HTTP/1.1 200")


@at_full_strength
def test_requests_in_one_packet_are_answered_one_after_another(server):
    one = b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"
    answer = everything(server.connect(one * 3))
    assert answer.count(b"HTTP/1.1 200") == 3


@at_full_strength
def test_all_requests_of_a_full_packet_are_answered(server):
    answer = everything(server.connect(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n" * 500))
    assert answer.count(b"HTTP/1.1 200") == 500


def test_requests_behind_one_that_waits_wait_as_the_bytes_that_they_are(server, tables):
    """Each took a hundred times its bytes."""
    tables.reach("exams", 0, 1)
    assert server.read().status_code == 200
    before = server.memory_bytes()
    waits = f"GET /api/teachers/{TEACHER}/dashboard/stats HTTP/1.1\r\nHost: a\r\n"
    waits += f"Authorization: Bearer {server.token}\r\nHomeroom-Wait-For: exams:0:9\r\n"
    waits += "Homeroom-Wait-Seconds: 10\r\n\r\n"
    behind = b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n" * 4_000
    for _ in range(8):
        server.connect(waits.encode() + behind)
    wait_for(lambda: server.waiters() == 8)
    assert server.memory_bytes() - before < 30_000_000


@at_full_strength
def test_honest_readers_notice_nothing_of_500_half_open_connections(server):
    assert server.read().status_code == 200
    half_open = [server.connect(HALF) for _ in range(500)]
    wait_for(lambda: server.connections() > 500)
    reads = 0
    while server.connections() > 100:
        assert server.read().status_code == 200
        reads += 1
    assert reads > 1
    for connection in half_open:
        assert everything(connection).startswith(b"HTTP/1.1 408")
    assert server.read().status_code == 200


def test_connections_over_the_limit_are_refused_and_served_once_others_are_gone(
    read_model_url, tables
):
    tables.insert("teachers")
    with serving(read_model_url, connections_max=5, request_head_seconds=60) as server:
        assert server.read().status_code == 200
        others = [server.connect(HALF) for _ in range(4)]
        wait_for(lambda: server.connections() == 5)
        sent = b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"
        surplus = server.connect(sent)
        status, headers, body = parsed(everything(surplus))
        assert (status, headers["retry-after"]) == (503, "1")
        assert body["message"] == "Too many connections; try again in a moment"
        # Whoever was there before goes on.
        assert server.read().status_code == 200
        others[0].close()
        wait_for(lambda: server.connections() == 4)
        assert server.connect(sent).recv(65_536).startswith(b"HTTP/1.1 200")
        assert server.refused("too many") == 1


@pytest.mark.parametrize(
    ("proxies", "client"),
    [("", "127.0.0.1"), ("127.0.0.0/8", "203.0.113.9"), ("10.0.0.0/8", "127.0.0.1")],
)
def test_forwarded_addresses_are_believed_of_named_proxies_alone(
    read_model_url, tmp_path, proxies, client
):
    log = tmp_path / "log"
    with serving(read_model_url, log, log_level="DEBUG", trusted_proxies=proxies) as server:
        server.client.get("/healthz", headers={"X-Forwarded-For": "203.0.113.9"})
        # The line is written behind the answer.
        wait_for(lambda: '"/healthz"' in log.read_text())
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert [line["client"] for line in lines if line.get("path") == "/healthz"] == [client]
