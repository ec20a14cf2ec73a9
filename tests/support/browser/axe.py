"""axe-core: what a page has that keeps people from using it."""

import shutil
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Page

from tests.support.npm import NpmPackage, fetched
from tests.support.strength import pick

PACKAGE = NpmPackage(
    "axe-core",
    "4.14.1",
    "sha512-FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ==",
)
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
RUN = """tags => axe.run(document, {runOnly: tags, resultTypes: ["violations"]})"""


def axe(page: Page) -> list[str]:
    """What violates WCAG 2.2 (A, AA) or good practice, one text each; empty where nothing does.

    The script is handed to the page's context by the debugger, which no Content-Security-Policy
    holds back: the page is looked at with the policy that people have.
    """
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(_source())
    found = page.evaluate(RUN, [*TAGS])
    return [_text(violation) for violation in found["violations"]]


def axe_in(schemes: Iterable[Scheme], page: Page) -> list[str]:
    """The same with the colours of each scheme; each says of which it is."""
    found = []
    for scheme in schemes:
        page.emulate_media(color_scheme=scheme)
        found += [f"{scheme}: {violation}" for violation in axe(page)]
    return found


def axe_in_both_schemes(page: Page) -> list[str]:
    """The same with light and with dark colours; in a quick run with dark ones alone.

    There the style guide is looked at in both, which shows every component that pages are made of.
    """
    return axe_in(pick(quick=SCHEMES[1:], thorough=SCHEMES), page)


@cache
def _source() -> str:
    return (fetched(PACKAGE, _unpack) / "axe.min.js").read_text()


def _unpack(package: Path, folder: Path) -> None:
    for name in ("axe.min.js", "LICENSE"):
        shutil.copy(package / name, folder / name)


def _text(violation: dict[str, Any]) -> str:
    """Its rule, then each element that violates it, and why."""
    lines = [f"{violation['id']} ({violation['impact']}): {violation['help']}"]
    for node in violation["nodes"]:
        why = " ".join(node["failureSummary"].split())
        lines.append(f"  {' '.join(map(str, node['target']))}: {why}\n    {node['html'][:200]}")
    return "\n".join([*lines, f"  {violation['helpUrl']}"])
