"""Compares the contract with an older one, such as that of the last release."""

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from homeroom.contracts import export
from homeroom.contracts.compatibility import events, http, topics
from homeroom.contracts.compatibility.findings import Finding
from homeroom_kit.errors import ConfigurationError

ACCEPTED = "accepted.toml"
_VERSION = re.compile(r"(\d+)\.(\d+)\.(\d+)")


@dataclass(frozen=True, slots=True)
class ContractFiles:
    """A contract as its files have it: JSON Schemas by event type, and the two documents."""

    events: Mapping[str, dict[str, Any]]
    asyncapi: dict[str, Any]
    openapi: dict[str, Any]


def of_the_code() -> ContractFiles:
    """The contract of this installation."""
    return _parsed({path: json.loads(text) for path, text in export.made().items()})


def of_folder(folder: Path) -> ContractFiles:
    """What ``homeroom contracts export`` wrote; raises ConfigurationError where it did not."""
    paths = [folder / topics.FILE, folder / http.FILE, *sorted(folder.glob("events/*.json"))]
    try:
        found = {str(p.relative_to(folder)): json.loads(p.read_bytes()) for p in paths}
    except FileNotFoundError as error:
        raise ConfigurationError(
            f"{error.filename} is missing, so {folder} holds no contract: `homeroom contracts "
            "export` writes one."
        ) from None
    except ValueError as error:
        raise ConfigurationError(f"A file in {folder} is no JSON: {error}.") from None
    if len(found) == 2:
        raise ConfigurationError(f"{folder} has no JSON Schema of an event in its folder events/.")
    return _parsed(found)


def latest_release(folder: Path) -> Path:
    """The folder of the newest version in a folder of releases, or a contract's own folder."""
    versions = sorted(
        (tuple(map(int, match.groups())), path)
        for path in (folder.iterdir() if folder.is_dir() else ())
        if (match := _VERSION.fullmatch(path.name))
    )
    return versions[-1][1] if versions else folder


def compared(old: ContractFiles, new: ContractFiles) -> list[Finding]:
    """All changes, breaking ones first, then by place."""
    found = [
        *events.compared(old.events, new.events),
        *topics.compared(old.asyncapi, new.asyncapi),
        *http.compared(old.openapi, new.openapi),
    ]
    return sorted(found, key=lambda one: (not one.breaking, one.where, one.what))


def accepted(findings: list[Finding], file: Path) -> list[Finding]:
    """The same; breaking ones that the file names with a reason are accepted.

    The file is TOML with an ``[[accepted]]`` for each: ``where`` and ``kind`` as they are printed,
    ``why``, and ``what``, where there are several of the kind. Without the file none is. Raises
    ConfigurationError where it is malformed, or names a change that is not there.
    """
    if not file.is_file():
        return findings
    try:
        entries = tomllib.loads(file.read_text()).get("accepted", [])
        reasons = {(e["where"], e["kind"], e.get("what", "")): e["why"].strip() for e in entries}
    except (tomllib.TOMLDecodeError, KeyError, TypeError, AttributeError) as error:
        raise ConfigurationError(
            f"{file}: {error}. Each [[accepted]] needs `where`, `kind` and `why`, as texts."
        ) from None
    unknown = reasons.keys() - {name for one in findings if one.breaking for name in _names(one)}
    if unknown:
        where, kind, _ = sorted(unknown)[0]
        raise ConfigurationError(
            f"{file} accepts {kind} at {where}, and there is no such breaking change: remove it."
        )
    return [
        replace(one, accepted=next((reasons[n] for n in _names(one) if n in reasons), ""))
        for one in findings
    ]


def _names(one: Finding) -> tuple[tuple[str, str, str], ...]:
    """How a file may name a change: exactly, or all of its kind at its place."""
    return (one.where, str(one.kind), one.what), (one.where, str(one.kind), "")


def breaks(findings: list[Finding]) -> bool:
    """Whether a change breaks somebody and was not accepted."""
    return any(one.breaking and not one.accepted for one in findings)


def _parsed(documents: dict[str, Any]) -> ContractFiles:
    schemas = {
        path.removeprefix("events/").removesuffix(".json"): schema
        for path, schema in documents.items()
        if path.startswith("events/")
    }
    return ContractFiles(schemas, documents[topics.FILE], documents[http.FILE])
