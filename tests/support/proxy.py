"""A TCP proxy that stops at a word on the way to PostgreSQL, and cuts, or waits to be told."""

import socket
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

CHUNK_BYTES = 65_536
# How its connections begin: the startup message names the application.
PROJECTOR = b"application_name\0homeroom worker\0"
Action = Literal["hold", "cut before", "cut after the answer", "cut while it works"]


@dataclass
class Trap:
    """What happens when a word comes by for the first time on a connection of the projector's.

    A worker has other connections too, whose words come by whenever they like.

    ``hold``: nothing of it goes on until ``released``. The cuts end both sides' connections:
    before the word goes on; when its answer has come, which is not passed on; or as soon as
    ``released`` says so, with the word delivered and no answer passed on.
    """

    word: bytes
    action: Action
    # How many bytes of a message that is held go on at once: a client stalls within its sending.
    let_through_bytes: int = 0
    caught: threading.Event = field(default_factory=threading.Event)
    released: threading.Event = field(default_factory=threading.Event)


class Proxy:
    """Listens on a port of its own, and passes on what comes to the address of a database."""

    def __init__(self, database_url: str) -> None:
        parts = urlsplit(database_url)
        assert parts.hostname is not None
        assert parts.port is not None
        self._target = parts.hostname, parts.port
        self._listener = socket.create_server(("127.0.0.1", 0))
        port = self._listener.getsockname()[1]
        self.database_url = database_url.replace(f":{parts.port}/", f":{port}/")
        self._trap: Trap | None = None
        self._sockets: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def set(self, trap: Trap) -> Trap:
        """Sets the one trap that there is."""
        self._trap = trap
        return trap

    def close(self) -> None:
        if self._trap:
            self._trap.released.set()
        _end(self._listener)
        for one in self._sockets:
            _end(one)
        for thread in self._threads:
            thread.join()
        for one in (self._listener, *self._sockets):
            one.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(self._target)
            except OSError:
                client.close()
                continue
            for one in (client, server):
                # Else every answer waits for an acknowledgement: forty milliseconds each.
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._sockets += [client, server]
            passing = _Passing(self, client, server)
            for target in (passing.forth, passing.back):
                thread = threading.Thread(target=target)
                self._threads.append(thread)
                thread.start()

    def spring(self, chunk: bytes) -> Trap | None:
        """The trap, if this chunk of the projector's is what it waits for; it catches once."""
        trap = self._trap
        if trap is None or trap.caught.is_set() or trap.word not in chunk:
            return None
        return trap


class _Passing:
    """One connection, both ways."""

    def __init__(self, proxy: Proxy, client: socket.socket, server: socket.socket) -> None:
        self._proxy = proxy
        self._client = client
        self._server = server
        self._cut_at_answer = threading.Event()
        self._mute = threading.Event()
        self._is_projectors = False

    def forth(self) -> None:
        with suppress(OSError):
            while chunk := self._client.recv(CHUNK_BYTES):
                self._is_projectors = self._is_projectors or PROJECTOR in chunk
                trap = self._proxy.spring(chunk) if self._is_projectors else None
                if trap is None:
                    self._server.sendall(chunk)
                elif not self._caught(trap, chunk):
                    break
        self._cut()

    def _caught(self, trap: Trap, chunk: bytes) -> bool:
        """Whether the connection goes on."""
        if trap.action == "hold":
            self._server.sendall(chunk[: trap.let_through_bytes])
            trap.caught.set()
            trap.released.wait()
            self._server.sendall(chunk[trap.let_through_bytes :])
            return True
        if trap.action == "cut after the answer":
            self._cut_at_answer.set()
            self._server.sendall(chunk)
            trap.caught.set()
            return True
        self._mute.set()
        if trap.action == "cut while it works":
            self._server.sendall(chunk)
        trap.caught.set()
        trap.released.wait()
        return False

    def back(self) -> None:
        with suppress(OSError):
            while chunk := self._server.recv(CHUNK_BYTES):
                if self._cut_at_answer.is_set():
                    break
                if not self._mute.is_set():
                    self._client.sendall(chunk)
        self._cut()

    def _cut(self) -> None:
        _end(self._client)
        _end(self._server)


def _end(one: socket.socket) -> None:
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
