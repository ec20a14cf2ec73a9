"""No secret in any message: the one place that takes them out.

Libraries quote what they were given: libpq a piece of an address that it cannot read, a client of
Kafka its options. So whatever a command prints or logs, a traceback as well, goes through here.

Nothing can show a secret before the settings are imported, so this does not import them: `--help`
shall be quick.
"""

import json
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import TextIO
from urllib.parse import quote, quote_plus, unquote

from homeroom.terminal import unguarded

SHOWN = "…"
# What is shorter is found in any text.
CHARACTERS_MIN = 4
# The password of nothing but examples, and a word of each message.
NO_SECRET = "homeroom"
# Passwords within an address, whether it can be read or not: of a URL, up to the last @; of a
# key=value string or a URL's query, quoted or not, or up to the next key where a space is in it.
_IN_URL = re.compile(r"://[^:/@]*:(.*)@", re.DOTALL)
_IN_PAIRS = re.compile(
    r"password\s*=\s*('(?:[^'\\]|\\.)*'|.+?(?=\s+\w+\s*=|&|$))", re.IGNORECASE | re.DOTALL
)
# Where libpq and others take an address apart.
_PIECES = re.compile(r"[\s%@:/&=?#']+")


def secrets_of(values: Mapping[str, str]) -> frozenset[str]:
    """All that may not be shown of these values of settings, in every form in which it may stand.

    ``values``: by the name of the setting.
    """
    found: set[str] = set()
    for name, value in values.items():
        if name in _whole_secrets():
            found.update(_forms(_with_parts(value)))
        elif name in _addresses():
            found.update(_forms(_passwords(value)))
    return frozenset(text for text in found if len(text) >= CHARACTERS_MIN and text != NO_SECRET)


@lru_cache(maxsize=1)
def _whole_secrets() -> frozenset[str]:
    """The names of settings that are secret."""
    from homeroom.settings import Settings

    fields = Settings.model_fields.items()
    return frozenset(name for name, field in fields if "SecretStr" in str(field.annotation))


@lru_cache(maxsize=1)
def _addresses() -> frozenset[str]:
    """The names of settings that may hold a password."""
    from homeroom.settings import Settings

    return frozenset(name for name, field in Settings.model_fields.items() if not field.repr)


def _with_parts(value: str) -> Iterator[str]:
    """A secret, and the keys where it is a list of `service=key`."""
    yield value
    for pair in value.split(","):
        yield pair.strip()
        yield pair.partition("=")[2].strip()


def _passwords(address: str) -> Iterator[str]:
    for pattern in (_IN_URL, _IN_PAIRS):
        for password in pattern.findall(address):
            yield password
            yield re.sub(r"\\(.)", r"\1", password.strip("'"))
            # A message about an address that cannot be read quotes a piece of it.
            yield from _PIECES.split(password)


def _forms(secrets: Iterable[str]) -> Iterator[str]:
    """As they are, as in an address, as in JSON, as Python shows them."""
    for secret in secrets:
        for text in (secret, unquote(secret)):
            yield text
            yield quote(text, safe="")
            yield quote_plus(text)
            for ascii_only in (True, False):
                yield json.dumps(text, ensure_ascii=ascii_only)[1:-1]
            yield repr(text)[1:-1]


def redacted(text: str, secrets: Iterable[str]) -> str:
    """The text without the secrets, the longest first."""
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, SHOWN)
    return text


class Redacting:
    """A stream to which no secret of this process's settings is written; else as it was."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._secrets: frozenset[str] | None = None

    def write(self, text: str) -> int:
        """Writes the text without secrets; returns the length of what was given."""
        if self._secrets is None and "homeroom.settings" in sys.modules:
            self._secrets = secrets_of_environment()
        self._stream.write(redacted(text, self._secrets or ()))
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Writes each."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> object:
        return getattr(self._stream, name)


def show_no_secret() -> None:
    """Whatever this process writes from here on goes without the secrets of its settings."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        # A process may be started without one, and one that was forked has its parent's.
        if stream is not None and not isinstance(unguarded(stream), Redacting):
            setattr(sys, name, Redacting(stream))


def secrets_of_environment() -> frozenset[str]:
    """Those of the variables of this process."""
    from homeroom_kit.settings import PREFIX

    return secrets_of(
        {
            name.upper().removeprefix(PREFIX).lower(): value
            for name, value in os.environ.items()
            if name.upper().startswith(PREFIX)
        }
    )
