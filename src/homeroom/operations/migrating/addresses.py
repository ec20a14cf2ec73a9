"""Addresses of logins that `homeroom migrate` makes itself, in a file for nobody else to read."""

import os
import secrets
import shlex
from pathlib import Path
from urllib.parse import urlsplit

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from homeroom.database import connect_sync
from homeroom.operations.migrating.logins import is_known
from homeroom.settings import Settings
from homeroom.settings.databases import PROCESSES, Process
from homeroom_kit.errors import ConfigurationError
from homeroom_kit.settings import PREFIX

BYTES = 24


def with_addresses(settings: Settings, path: Path) -> Settings:
    """The settings with an address for each process that has none: from the file, or a new one.

    The file is one of variables, as a shell, compose and kubectl read it, with the mode 0600. What
    else is in it stays. Where the owner's address has changed since, so have these logins'.
    Raises ConfigurationError where a login is there whose password is not in it.
    """
    written = _read(path)
    missing = [one for one in PROCESSES if not settings.own_database(one) and one not in written]
    with connect_sync(settings.require_database(), "homeroom migrate") as connection:
        for process in missing:
            if is_known(connection, _name(process)):
                raise ConfigurationError(
                    f"There is a login {_name(process)} already, and its password is not in "
                    f"{path}: set {_variable(process)}, as another database of this server may "
                    "use it too."
                )
    addresses = {
        process: _address(settings.require_database(), process, _password(url))
        if not url or _user(url) == _name(process)
        else url
        for process, url in (written | dict.fromkeys(missing, "")).items()
    }
    if addresses != written:
        _write(path, addresses)
    given = {
        f"{process}_database_url": url
        for process, url in addresses.items()
        if not settings.own_database(process)
    }
    return settings.model_copy(update=given)


def are_written(path: Path) -> bool:
    """Whether the file has the address of a process."""
    return bool(_read(path))


def _name(process: Process) -> str:
    return f"homeroom_{process}"


def _variable(process: Process) -> str:
    return f"{PREFIX}{process.upper()}_DATABASE_URL"


def _user(url: str) -> object:
    return conninfo_to_dict(url).get("user")


def _password(url: str) -> str:
    """That of an address, or a new one where there is none."""
    password = conninfo_to_dict(url).get("password")
    return str(password) if password else secrets.token_urlsafe(BYTES)


def _address(owner_url: str, process: Process, password: str) -> str:
    """The owner's address with another user."""
    user = _name(process)
    if "://" not in owner_url:
        return make_conninfo(owner_url, user=user, password=password)
    parts = urlsplit(owner_url)
    return parts._replace(netloc=f"{user}:{password}@{parts.netloc.rpartition('@')[2]}").geturl()


def _read(path: Path) -> dict[Process, str]:
    """The addresses of the file; none where there is no file."""
    lines = dict(line.partition("=")[::2] for line in _lines(path))
    given = {
        process: "".join(shlex.split(lines.get(_variable(process), ""))) for process in PROCESSES
    }
    return {process: url for process, url in given.items() if url}


def _lines(path: Path) -> list[str]:
    return path.read_text().removesuffix("\n").split("\n") if path.exists() else []


def _write(path: Path, addresses: dict[Process, str]) -> None:
    """Whole, or as it was. Each address has its line; every other line stays."""
    own = {_variable(p): f"{_variable(p)}={shlex.quote(url)}" for p, url in addresses.items()}
    lines = [own.get(line.partition("=")[0], line) for line in _lines(path)]
    lines += [line for line in own.values() if line not in lines]
    fresh = path.with_name(f"{path.name}.new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.writelines(f"{line}\n" for line in lines)
    fresh.replace(path)
