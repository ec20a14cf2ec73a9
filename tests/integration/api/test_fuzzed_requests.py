"""Whatever bytes come: the service answers or refuses, keeps within its memory, and honest readers
beside them notice nothing."""

import json
import re
import socket
from base64 import urlsafe_b64encode
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.deploy import pod_templates
from tests.support.readmodel import TEACHER
from tests.support.rude_clients import started
from tests.support.strength import examples

STATS = f"/api/teachers/{TEACHER}/dashboard/stats".encode()
LOGS = b"/api/v1/student/habits/logs"
PATHS = (
    STATS, LOGS, b"/healthz", b"/metrics", b"/docs", b"/openapi.json", b"/nowhere", b"*", b"",
    b"/v1/teacher/dashboard", b"/internal/v1/explain", b"/ws/teachers/dashboard",
    b"/api/teachers/dashboard/stream", b"/api/v1/student/dashboard", b"http://a/healthz",
)  # fmt: skip
NAMES = (
    b"Host", b"Authorization", b"Content-Length", b"Transfer-Encoding", b"Content-Type", b"Expect",
    b"Connection", b"Upgrade", b"Homeroom-Wait-For", b"Homeroom-Wait-Seconds", b"If-None-Match",
    b"X-Request-Id", b"X-Internal-API-Key", b"X-Service-ID", b"Origin", b"Cookie", b"Range",
    b"Access-Control-Request-Method", b"Content-Encoding", b"Sec-WebSocket-Key", b"Last-Event-ID",
)  # fmt: skip
VALUES = (
    b"0", b"1", b"-1", b"9" * 30, b"chunked", b"gzip, chunked", b"identity", b"close", b"upgrade",
    b"websocket", b"h2c", b"100-continue", b"application/json", b"exams:0:1", b"a:b", b"*", b"\xff",
    b"x" * 40_000, b" " * 500, b"Bearer", b"Basic YTpi", b"http://localhost:3000", b"POST",
    b"AAAAAAAAAAAAAAAAAAAAAA==",
)  # fmt: skip
ENDS = (b"\r\n", b"\n", b"\r", b"\r\n ", b"\x00\r\n", b"")
NOISE = st.binary(max_size=40)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)


def part(value: object) -> bytes:
    return urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=")


def mostly(usual: bytes, others: st.SearchStrategy[bytes]) -> st.SearchStrategy[bytes]:
    """What is as it should be most of the time: else nothing behind it would be reached."""
    return st.one_of(*[st.just(usual)] * 5, others)


TOKENS = st.builds(
    lambda header, claims, signature: b".".join([part(header), part(claims), signature]),
    st.fixed_dictionaries({"alg": st.sampled_from(["none", "HS256", "RS256", "", None])}) | JSON,
    st.fixed_dictionaries({"sub": JSON, "role": JSON, "exp": JSON}) | JSON,
    NOISE,
)
HEADERS = st.tuples(
    st.sampled_from(NAMES) | NOISE,
    mostly(b": ", st.sampled_from([b":", b"", b" : "])),
    st.sampled_from(VALUES) | NOISE | TOKENS.map(lambda token: b"Bearer " + token),
    mostly(b"\r\n", st.sampled_from(ENDS)),
).map(b"".join)
CHUNKS = st.lists(
    st.sampled_from([b"1\r\nx\r\n", b"0\r\n", b"g\r\n", b"5;a=b\r\n12345\r\n", b"F" * 17]) | NOISE
).map(b"".join)
BODIES = CHUNKS | JSON.map(lambda value: json.dumps(value).encode()) | st.binary(max_size=3_000)
REQUESTS = st.tuples(
    mostly(b"GET", st.sampled_from([b"POST", b"HEAD", b"OPTIONS", b"PRI", b"CONNECT"]) | NOISE),
    mostly(b" ", st.sampled_from([b"", b"  ", b"\t"])),
    st.sampled_from(PATHS) | NOISE.map(lambda noise: b"/api/teachers/" + noise),
    mostly(b"", NOISE.map(lambda noise: b"?limit=" + noise) | st.just(b"/x" * 20_000)),
    mostly(b" HTTP/1.1\r\n", st.sampled_from([b" HTTP/1.0\r\n", b" HTTP/2\r\n", b"\r\n", b"\n"])),
    mostly(b"Host: a\r\n", st.just(b"")),
    st.lists(HEADERS, max_size=8).map(b"".join) | HEADERS.map(lambda line: line * 300),
    mostly(b"\r\n", NOISE),
    BODIES,
).map(b"".join)
# More than one over a connection, and some that are nothing but noise.
STREAMS = st.lists(REQUESTS | NOISE, min_size=1, max_size=3).map(b"".join)


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzzed") / "log"


@pytest.fixture(scope="module")
def server(read_model_url, log):
    with started(read_model_url, log) as connected, ExitStack() as stack:
        yield connected(stack)


def memory_limit_bytes() -> int:
    """Of the query service, as the manifests have it."""
    (container,) = pod_templates()["homeroom-serve"]["spec"]["containers"]
    (mebibytes,) = re.fullmatch(r"(\d+)Mi", container["resources"]["limits"]["memory"]).groups()
    return int(mebibytes) * 2**20


def sent(server, stack: ExitStack, stream: bytes) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", server.port), 30)
    stack.enter_context(connection)
    # Who is refused may be cut off while it still sends.
    with suppress(OSError):
        connection.sendall(stream)
    return connection


def answered(connection: socket.socket) -> bytes:
    """What has come by now."""
    connection.setblocking(False)
    read = b""
    with suppress(OSError):
        while chunk := connection.recv(65_536):
            read += chunk
    return read


def test_whatever_bytes_come_honest_readers_notice_nothing(server, tables, log):
    tables.insert("teachers")
    first = server.read()
    assert first.status_code == 200

    @examples(share=10)
    @given(st.lists(STREAMS, min_size=1, max_size=10))
    def holds(streams: list[bytes]) -> None:
        with ExitStack() as stack:
            connections = [sent(server, stack, stream) for stream in streams]
            for _ in range(2):
                honest = server.read()
                assert (honest.status_code, honest.content) == (200, first.content)
            for connection in connections:
                assert b"HTTP/1.1 500" not in answered(connection)

    holds()
    assert server.memory_bytes_max() < memory_limit_bytes()
    assert "Traceback" not in log.read_text()
