"""Where messages arrive: a real SMTP server and a real HTTP receiver on this machine."""

import asyncio
import base64
import os
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import http_ece
import orjson
from aiosmtpd.smtp import SMTP, Envelope, Session
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

OK = "250 taken"


@dataclass
class Mailbox:
    """An SMTP server that keeps what it takes.

    ``verdict``: what it says to a mail, by its recipient; ``before_answer``: called when a mail is
    in, before the server says so.
    """

    mails: list[EmailMessage] = field(default_factory=list)
    verdict: Callable[[str], str] = lambda _: OK
    before_answer: Callable[[], None] = lambda: None
    port: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: Any
    ) -> str:
        said = self.verdict(address)
        if said == OK:
            envelope.rcpt_tos.append(address)
        return said

    async def handle_DATA(  # noqa: N802 - likewise
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        content = envelope.content
        assert isinstance(content, bytes)
        mail = message_from_bytes(content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        with self._lock:
            self.mails.append(mail)
        self.before_answer()
        return OK

    def ids(self) -> Counter[str]:
        """How often each mail arrived, by its id."""
        with self._lock:
            return Counter(mail["Message-ID"] for mail in self.mails)

    def to(self, address: str) -> list[EmailMessage]:
        """The mails to one address."""
        with self._lock:
            return [mail for mail in self.mails if address in mail["To"]]


@contextmanager
def mailbox() -> Iterator[Mailbox]:
    """A mail server on a free port, while the block runs."""
    box, loop = Mailbox(), asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="mailbox", daemon=True)
    thread.start()

    class Session8Bit(SMTP):
        """Says what it says in Latin-1, as old servers do."""

        async def push(self, status: Any) -> None:
            await super().push(status.encode("latin-1") if isinstance(status, str) else status)

    def new_session() -> SMTP:
        # With a name, since it would ask the resolver for one.
        return Session8Bit(box, hostname="mail.example", enable_SMTPUTF8=True, loop=loop)

    async def listen() -> asyncio.Server:
        return await loop.create_server(new_session, "127.0.0.1", 0)

    server = asyncio.run_coroutine_threadsafe(listen(), loop).result()
    box.port = server.sockets[0].getsockname()[1]
    try:
        yield box
    finally:
        asyncio.run_coroutine_threadsafe(_close(server), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _close(server: asyncio.Server) -> None:
    server.close()
    sessions = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in sessions:
        task.cancel()
    await asyncio.gather(*sessions, return_exceptions=True)


@dataclass
class Request:
    """A request as it came."""

    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Receiver:
    """An HTTP server that keeps what it gets.

    ``verdict``: the status and headers of its answer; ``body``: the parts of the answer's body, of
    which the client may take as many as it wants.
    """

    requests: list[Request] = field(default_factory=list)
    verdict: Callable[[Request], tuple[int, dict[str, str]]] = lambda _: (204, {})
    body: Callable[[], Iterable[bytes]] = lambda: ()
    address: str = ""

    def ids(self) -> Counter[str]:
        """How often each webhook arrived, by its id."""
        return Counter(request.headers["webhook-id"] for request in list(self.requests))


@contextmanager
def receiver() -> Iterator[Receiver]:
    """A receiver on a free port, while the block runs."""
    kept = Receiver()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            request = Request(self.path, headers, body)
            kept.requests.append(request)
            status, more = kept.verdict(request)
            self.send_response(status)
            for name, value in ({"content-length": "0"} | more).items():
                self.send_header(name, value)
            self.end_headers()
            with suppress(OSError):
                for part in kept.body():
                    self.wfile.write(part)

        def log_message(self, *_: Any) -> None:
            """Nothing is printed."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    kept.address = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield kept
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Browser:
    """A browser that takes pushes: its keys, and what it reads of a request."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._auth = os.urandom(16)

    @property
    def keys(self) -> dict[str, str]:
        """As `PushSubscription.toJSON` says them."""
        point = self._key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return {"p256dh": _encoded(point), "auth": _encoded(self._auth)}

    def read(self, request: Request) -> Any:
        """What a push says, decrypted."""
        assert request.headers["content-encoding"] == "aes128gcm"
        plain = http_ece.decrypt(
            request.body, private_key=self._key, auth_secret=self._auth, version="aes128gcm"
        )
        return orjson.loads(plain)


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
