"""What the pages say of settings, commands, files and tests is so."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main
from pydantic import SecretStr

from homeroom.cli import app
from homeroom.settings import Settings
from tests.support.pages import (
    DOCS,
    PAGES,
    README,
    ROOT,
    anchors,
    column,
    headings,
    named_paths,
    run_blocks,
)
from tests.support.strength import at_full_strength

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
KIT = tomllib.loads((ROOT / "kit" / "pyproject.toml").read_text())["project"]


def settings_table() -> Iterator[str]:
    """The rows of the table of settings."""
    for name, field in Settings.model_fields.items():
        default = field.default
        plain = default.get_secret_value() if isinstance(default, SecretStr) else default
        shown = "–" if plain == "" else f"`{plain}`"
        yield f"| `HOMEROOM_{name.upper()}` | {shown} | {field.description} |"


def test_every_setting_is_documented_as_it_is() -> None:
    page = (DOCS / "settings.md").read_text()
    documented = [row for row in page.splitlines() if row.startswith("| `HOMEROOM_")]
    assert documented == list(settings_table())


def commands(command: Any, path: str = "homeroom") -> Iterator[str]:
    below = getattr(command, "commands", {})
    for name, sub in below.items():
        # A verb that is gone, and says what to type instead.
        if sub.hidden:
            continue
        yield from commands(sub, f"{path} {name}")
    if not below or command.invoke_without_command:
        yield path


def test_every_command_is_documented_and_no_other() -> None:
    existing = sorted(commands(typer.main.get_command(app)))
    assert sorted(name.strip("`") for name in column(DOCS / "commands.md")) == existing


def test_every_dependency_is_explained_and_no_other() -> None:
    declared = [
        requirement
        for project, extras in (
            (PROJECT, ("otel", "msk", "notify", "local", "dev", "docs", "publishers")),
            (KIT, ("certificates", "faststream", "msk", "oauth", "psycopg", "sqlalchemy")),
        )
        for group in (
            project["dependencies"],
            *(project["optional-dependencies"][name] for name in extras),
        )
        for requirement in group
    ]
    names = [re.split(r"[\[><=]", requirement)[0] for requirement in declared]
    assert column(DOCS / "dependencies.md") == names


TUTORIAL = ("publish", "ask", "explain", "again", "gap", "filled", "verify", "delete")


def test_every_endpoint_is_shown_with_its_answer() -> None:
    blocks = {block.name: block for block in run_blocks()}
    shown = {"stats", "exams", "question-banks", "classes", "assignments", "navigation-counts"}
    assert set(blocks) == {
        *shown,
        "publish",
        "first-event",
        "student",
        "board",
        "students",
        "habits",
        "habit-log",
        "batches",
        "class-info",
        "assign",
        "assigned",
        *(f"tutorial-{step}" for step in TUTORIAL),
    }
    assert all(blocks[name].answer for name in shown | {"first-event", "assign", "assigned"})


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_what_a_page_links_exists(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text()):
        if target.startswith("https://"):
            continue
        name, _, anchor = target.partition("#")
        linked = page.parent / name if name else page
        assert linked.exists(), target
        assert not anchor or anchor in anchors(linked), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_file_that_a_page_names_exists(page: Path) -> None:
    bases = (ROOT, ROOT / "src" / "homeroom", ROOT / "kit" / "src" / "homeroom_kit", page.parent)
    missing = [
        path for path in named_paths(page) if not any((base / path).exists() for base in bases)
    ]
    assert missing == []


def test_the_files_of_drawings_are_looked_at() -> None:
    named = set(named_paths(DOCS / "architecture.md"))
    assert {"engine/planning/rows_sql.py", "operations/rebuilding/swapping.py"} <= named


def test_the_readme_leads_to_every_page_of_the_docs() -> None:
    reached, pending = set(), [README]
    while pending:
        page = pending.pop()
        if page in reached:
            continue
        reached.add(page)
        links = re.findall(r"\]\((?!https://)([^)#\s]+\.md)", page.read_text())
        pending += [(page.parent / link).resolve() for link in links]
    assert [page for page in PAGES if page.is_relative_to(DOCS) and page not in reached] == []


def cited() -> Iterator[tuple[str, str, str]]:
    """Where code cites a page: the file, the page and the section, which may be empty."""
    for folder in ("src", "kit", "tests", "bench"):
        for file in (ROOT / folder).rglob("*"):
            if file.suffix in {".py", ".sql"}:
                text = re.sub(r"\n\s*(#|--)? *", " ", file.read_text())
                for page, section in re.findall(r'\b(docs/[\w-]+\.md)(?:, "([^"]+)")?', text):
                    yield file.relative_to(ROOT).as_posix(), page, section


def test_every_page_and_section_that_code_cites_exists() -> None:
    citations = list(cited())
    assert len(citations) > 20
    for file, page, section in citations:
        assert (ROOT / page).is_file(), f"{file}: {page}"
        assert not section or section in headings(ROOT / page), f"{file}: {page}, {section}"


@pytest.fixture(scope="module")
def guarantees() -> dict[str, list[str]]:
    """The promises of docs/guarantees.md, and the names of the tests that hold each."""
    text = (DOCS / "guarantees.md").read_text()
    parts = [part.split("\n## ")[0] for part in text.split("\n### ")[1:]]
    return {p.split("\n")[0]: re.findall(r"^- `(.+)`$", p, re.MULTILINE) for p in parts}


def test_every_guarantee_is_held_by_a_test(guarantees: dict[str, list[str]]) -> None:
    assert len(guarantees) > 15
    assert [name for name, tests in guarantees.items() if not tests] == []


def test_every_guarantee_is_held_by_a_test_of_every_run(guarantees: dict[str, list[str]]) -> None:
    # What needs a worker, a broker or a property is held by one that has it.
    whole = ("tests/acceptance/", "tests/faults/", "tests/property/")
    for name, tests in guarantees.items():
        files = {test.split("::")[0] for test in tests}
        quick = {t for file in files for t in defined_tests(file, quick=True)} & {*tests}
        assert quick, name
        if any(test.startswith(whole) for test in tests):
            assert any(test.startswith(whole) for test in quick), name


def test_every_test_that_a_guarantee_names_exists(guarantees: dict[str, list[str]]) -> None:
    named = {test for tests in guarantees.values() for test in tests}
    defined = {
        test for file in {test.split("::")[0] for test in named} for test in defined_tests(file)
    }
    assert sorted(named - defined) == []


def test_every_test_that_a_threat_names_exists() -> None:
    text = (ROOT / "SECURITY.md").read_text()
    named = set(re.findall(r"`(tests/[\w/]+\.py::\w+)`", text))
    # None is written in another way.
    assert text.count("`tests/") == len(re.findall(r"`tests/[\w/]+\.py::\w+`", text))
    assert len(named) > 30
    files = {test.split("::")[0] for test in named}
    defined = {test for file in files for test in defined_tests(file)}
    assert sorted(named - defined) == []


def test_every_threat_has_a_promise_and_a_test() -> None:
    rows = (ROOT / "SECURITY.md").read_text().split("\n## Publishers")[1].splitlines()
    threats = [row.split(" | ") for row in rows if row.startswith("| ") and "|---" not in row]
    assert len(threats) > 30
    # The first row of each table names the columns.
    threats = [row for row in threats if row[0] != "| threat"]
    assert [row for row in threats if not row[1].strip() or "`tests/" not in row[2]] == []


def defined_tests(file: str, *, quick: bool = False) -> Iterator[str]:
    """The names, as pytest has them, of the tests that a file defines.

    ``quick``: only of those that every run has.
    """
    for node in ast.parse((ROOT / file).read_text()).body:
        inner = node.body if isinstance(node, ast.ClassDef) else [node]
        for test in inner:
            if isinstance(test, (ast.FunctionDef, ast.AsyncFunctionDef)):
                marks = {ast.unparse(decorator) for decorator in test.decorator_list}
                if quick and at_full_strength.name in marks:
                    continue
                within = f"{node.name}::" if isinstance(node, ast.ClassDef) else ""
                yield f"{file}::{within}{test.name}"
