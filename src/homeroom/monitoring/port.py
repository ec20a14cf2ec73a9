"""A worker's own HTTP port: /metrics, /healthz and /readyz.

It answers from threads of its own, so it answers correctly even while the worker's loop hangs.
"""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import orjson
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from homeroom_kit.errors import ConfigurationError

# A silent client holds a thread no longer than this.
READ_SECONDS_MAX = 10.0
JSON = "application/json"

Answer = tuple[HTTPStatus, str, bytes]


@contextmanager
def listening(
    host: str, port: int, registry: CollectorRegistry, unready: Callable[[], str]
) -> Iterator[int]:
    """Answers until the block ends; yields the port, which is a free one for 0.

    ``unready``: why the worker is not ready, or nothing. Raises ConfigurationError where the
    address is taken.
    """
    server = _listen(host, port, _handler(registry, unready))
    thread = threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.1}, name="port", daemon=True
    )
    thread.start()
    try:
        yield int(server.server_address[1])
    finally:
        server.shutdown()
        server.server_close()


class _MetricsServer(ThreadingHTTPServer):
    daemon_threads = True
    # A worker that ends does not wait for running answers.
    block_on_close = False


class _MetricsServerOnIpv6(_MetricsServer):
    address_family = socket.AF_INET6


def _listen(host: str, port: int, handler: type[BaseHTTPRequestHandler]) -> ThreadingHTTPServer:
    try:
        return (_MetricsServerOnIpv6 if ":" in host else _MetricsServer)((host, port), handler)
    except OSError as error:
        raise ConfigurationError(
            f"Cannot listen on {host}:{port}: {error}. Set HOMEROOM_HOST and "
            "HOMEROOM_METRICS_PORT to a free address; workers on one machine need one each."
        ) from None


def _handler(
    registry: CollectorRegistry, unready: Callable[[], str]
) -> type[BaseHTTPRequestHandler]:
    def answer(path: str) -> Answer:
        if path == "/metrics":
            return HTTPStatus.OK, CONTENT_TYPE_LATEST, generate_latest(registry)
        if path == "/healthz":
            return HTTPStatus.OK, JSON, orjson.dumps({"status": "ok"})
        if path == "/readyz":
            if reason := unready():
                body = orjson.dumps({"status": "not ready", "reason": reason})
                return HTTPStatus.SERVICE_UNAVAILABLE, JSON, body
            return HTTPStatus.OK, JSON, orjson.dumps({"status": "ready"})
        return HTTPStatus.NOT_FOUND, JSON, orjson.dumps({"status": "no such path"})

    class Handler(BaseHTTPRequestHandler):
        timeout = READ_SECONDS_MAX
        server_version = "homeroom"
        sys_version = ""

        def do_GET(self) -> None:
            status, content_type, body = answer(self.path.split("?")[0])
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        do_HEAD = do_GET  # noqa: N815 - the name that http.server calls

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as it is called
            """Scrapes are not logged."""

    return Handler
