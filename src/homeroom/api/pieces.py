"""How much of what a client sent is parsed at a time, and when it is too much.

A head, the trailers behind a body and what stands around its chunks are counted before they are
parsed. A piece ends where a head does, so it brings one request at most.
"""

# The line of a request and all its header lines together; most proxies allow less.
HEAD_BYTES_MAX = 32_768
# Each line takes four times the memory that its shortest form takes on the wire, and more.
HEAD_LINES_MAX = 256
BODY_PIECE_BYTES = 65_536
END_OF_HEAD = b"\r\n\r\n"

TOO_LONG = f"The head has more than {HEAD_BYTES_MAX:,} bytes"
TOO_MANY_LINES = f"The head has more than {HEAD_LINES_MAX} lines"
TRAILERS_TOO_LONG = f"The trailers have more than {HEAD_BYTES_MAX:,} bytes"


class Framing:
    """Where one connection is in what its client sends: in a head, or in which kind of body."""

    def __init__(self) -> None:
        self.too_many_lines = False
        self._head_bytes = 0
        self._lines = 0
        self._in_body = False
        # Of a body whose length is known, what is still to come; None where it comes in chunks.
        self._body_left: int | None = None
        # What came since the last byte of a body in chunks.
        self._around_body_bytes = 0
        # Of the piece in hand: whether it began behind a head, and whether it has brought body.
        self._began_in_body = False
        self._brought_body = False

    def end_of_piece(self, data: bytes, at: int) -> int:
        """Where the piece ends that begins at ``at``; behind it, but not behind the data."""
        self._began_in_body, self._brought_body = self._in_body, False
        if self._in_body and self._body_left:
            return min(len(data), at + min(self._body_left, BODY_PIECE_BYTES))
        counted = self._around_body_bytes if self._in_body else self._head_bytes
        end = data.find(END_OF_HEAD, at)
        end = len(data) if end < 0 else end + len(END_OF_HEAD)
        return min(end, at + HEAD_BYTES_MAX - counted)

    def fed(self, count: int, *, in_head: bool) -> str:
        """Count a piece that was parsed; why it was too much, or an empty text.

        ``in_head``: whether a head is still awaited.
        """
        if self.too_many_lines:
            return TOO_MANY_LINES
        if in_head:
            self._head_bytes += count
            return TOO_LONG if self._head_bytes >= HEAD_BYTES_MAX else ""
        self._head_bytes = 0
        if self._in_body and self._began_in_body and self._body_left is None:
            self._around_body_bytes = 0 if self._brought_body else self._around_body_bytes + count
        return TRAILERS_TOO_LONG if self._around_body_bytes >= HEAD_BYTES_MAX else ""

    def head_begins(self) -> None:
        """The line of a request begins."""
        self._lines = 0

    def takes_line(self) -> bool:
        """Whether one more header line may be kept."""
        self._lines += 1
        self.too_many_lines = self._lines > HEAD_LINES_MAX
        return not self.too_many_lines

    def body_begins(self, headers: list[tuple[bytes, bytes]]) -> None:
        """The head has ended. Its length and form are those that the parser took."""
        self._in_body = True
        self._body_left = None
        self._around_body_bytes = 0
        for name, value in headers:
            if name == b"content-length":
                self._body_left = int(value)

    def body_comes(self, count: int) -> None:
        """So much of the body came."""
        self._brought_body = True
        if self._body_left is not None:
            self._body_left -= count

    def body_ends(self) -> None:
        """The request is whole."""
        self._in_body = False
        self._body_left = None
        self._around_body_bytes = 0
