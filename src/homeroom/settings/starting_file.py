"""A file of variables to start from: every setting with what it means and its default."""

import os
import re
import secrets
import shlex
import textwrap
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from pydantic import SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings

from homeroom.settings import Settings
from homeroom_kit.errors import ConfigurationError
from homeroom_kit.settings import PREFIX

# What nobody sets by hand.
LEFT_OUT = frozenset({"demo_people"})
KEY_BYTES = 32
WIDTH = 100
HEAD = """\
# What homeroom's commands are told: where their servers are, and keys. `homeroom init` wrote it.
# It holds secrets. Keep it out of version control, and readable for nobody else.
#
#   set -a; . ./{name}; set +a         a shell takes it so, before any command of homeroom
#   EnvironmentFile=/path/to/{name}    a unit of systemd
#   env_file: {name}                   a service of compose
#
# A line with `#` in front of its name shows the default. Take the `#` away to set it.
"""


def starting_values(database_url: str, kafka: str) -> dict[str, str]:
    """What a first start needs, by the names of settings; its keys are fresh."""
    return {
        "database_url": database_url,
        "kafka_bootstrap_servers": kafka,
        "jwt_secret": secrets.token_hex(KEY_BYTES),
        "jwt_issuer": "homeroom",
        "jwt_audience": "homeroom",
        "session_secret": secrets.token_hex(KEY_BYTES),
    }


def starting_file(name: str, values: Mapping[str, str]) -> str:
    """The text of the file ``name``, as a shell, systemd and compose read it.

    ``values``: what is set, by the names of settings; everything else is a comment.
    """
    parts = [HEAD.format(name=name)]
    for title, fields in _sections():
        parts.append(f"\n# ---- {title}\n")
        parts += [_entry(field, info, values.get(field)) for field, info in fields.items()]
    return "\n".join(parts)


def write_new(path: Path, text: str, *, force: bool) -> Path | None:
    """Writes a file that only its owner may read; returns where the one before it is kept.

    Raises ConfigurationError where there is one already, unless ``force``, and where the folder
    cannot be written to. Nothing is ever overwritten.
    """
    kept = None
    if path.parent.exists() and not path.parent.is_dir():
        raise ConfigurationError(f"{path} cannot be written: {path.parent} is a file.")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if force and path.exists():
            kept = path.with_name(f"{path.name}.{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}")
            path.rename(kept)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise ConfigurationError(
            f"{path} is there already, and was left as it is. With --force it is kept under "
            "another name, and a new one is written."
        ) from None
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be written: {error.strerror}.") from None
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    return kept


def _sections() -> Iterator[tuple[str, dict[str, FieldInfo]]]:
    """The titles of the sections, each with its settings in their order."""
    for section in reversed(Settings.__mro__):
        if issubclass(section, BaseSettings) and section is not BaseSettings:
            own = {
                name: field
                for name, field in Settings.model_fields.items()
                if name in section.__annotations__ and name not in LEFT_OUT
            }
            if own:
                title = "All processes" if section is Settings else (section.__doc__ or "")
                yield title.split("\n")[0].rstrip("."), own


def _entry(name: str, field: FieldInfo, value: str | None) -> str:
    """What a setting means, and its line."""
    # A link of the page of settings is a word here.
    meaning = re.sub(r"\[([^]]+)\]\([^)]+\)", r"\1", field.description or "")
    comment = textwrap.fill(meaning, WIDTH, initial_indent="# ", subsequent_indent="# ")
    default = field.default
    plain = default.get_secret_value() if isinstance(default, SecretStr) else default
    shown = str(plain) if value is None else value
    line = f"{PREFIX}{name.upper()}={shlex.quote(shown) if shown else ''}"
    return f"{comment}\n{'#' if value is None else ''}{line}\n"
