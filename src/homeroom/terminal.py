"""What commands write is text: control characters in it are shown, and never sent.

Types, keys, headers, ids, values and error texts come from publishers, brokers, files and other
people. On a terminal, an escape sequence among them could move the cursor, hide lines, change the
title or fill the clipboard, and a bidirectional override lets an id read as another one. `guard`
stands between everything that a command prints and its terminal, pipe or file, which may be shown
on a terminal later.

An escape is spelled as in JSON (``\\u001b``), so that JSON remains the same JSON.
"""

import io
import re
import sys
import unicodedata
from collections.abc import Iterable
from typing import TextIO

# All that may have to be shown; what is printable is told by Python's table of characters.
_UNUSUAL = re.compile(r"[^\x20-\x7e]")
_SHORT = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}


def one_line(text: str) -> str:
    r"""Text for a part of a line: also line ends and tabs are shown, as ``\n`` and ``\t``."""
    return text if text.isprintable() else _UNUSUAL.sub(_shown, text)


def lines(text: str) -> str:
    """Text of any number of lines: line ends and tabs remain."""
    return text if text.isprintable() else _UNUSUAL.sub(_shown_within_lines, text)


def _shown(match: re.Match[str]) -> str:
    character = match[0]
    # Spaces of other widths are no escapes to Unicode, though not printable to Python.
    if character.isprintable() or unicodedata.category(character) == "Zs":
        return character
    if character in _SHORT:
        return _SHORT[character]
    if (code := ord(character)) <= 0xFFFF:
        return f"\\u{code:04x}"
    high, low = divmod(code - 0x10000, 0x400)
    return f"\\u{0xD800 + high:04x}\\u{0xDC00 + low:04x}"


def _shown_within_lines(match: re.Match[str]) -> str:
    return match[0] if match[0] in "\n\t" else _shown(match)


class _Guarded(io.TextIOBase):
    """A stream that shows control characters. It has no `buffer`, which would go around it."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream

    def write(self, text: str) -> int:
        self.stream.write(lines(text))
        return len(text)

    def writelines(self, texts: Iterable[str]) -> None:  # type: ignore[override]
        for text in texts:
            self.write(text)

    def flush(self) -> None:
        self.stream.flush()

    def fileno(self) -> int:
        return self.stream.fileno()

    def isatty(self) -> bool:
        return self.stream.isatty()

    def writable(self) -> bool:
        return True

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return self.stream.encoding

    @property
    def errors(self) -> str | None:  # type: ignore[override]
        return self.stream.errors


def guard() -> None:
    """From here on standard output and standard error show control characters."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        # A process may be started without one.
        if stream is not None and not isinstance(stream, _Guarded):
            setattr(sys, name, _Guarded(stream))


def unguarded(stream: TextIO) -> TextIO:
    """The stream behind the guard, for what sends colours, and shows all that it was given."""
    return stream.stream if isinstance(stream, _Guarded) else stream
