"""An answer's head and body as one packet, where they come one after the other."""

import asyncio


class OneWrite:
    """The transport of one answer, as uvicorn uses it: the first write waits for the second.

    uvicorn writes the head, then the body. Two writes are two packets, for each of which the
    machine works as long as for both, and the client wakes up. The first write waits no longer
    than until the loop's next turn, so a stream whose body comes later begins at once.
    """

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._first: bytes | None = None
        self._turn: asyncio.Handle | None = None

    def write(self, data: bytes) -> None:
        """Sends it, together with what waits."""
        if self._turn is None:
            self._first = data
            self._turn = self._loop.call_soon(self._send_first)
        elif self._first is None:
            self._transport.write(data)
        else:
            self._turn.cancel()
            first, self._first = self._first, None
            self._transport.writelines((first, data))

    def is_closing(self) -> bool:
        """Whether the connection ends."""
        return self._transport.is_closing()

    def close(self) -> None:
        """Ends the connection, once everything is sent."""
        self._send_first()
        self._transport.close()

    def _send_first(self) -> None:
        if self._first is not None:
            first, self._first = self._first, None
            self._transport.write(first)
