"""The style guide shows every component."""

import re
from pathlib import Path

import pytest

import homeroom.api.pages
from homeroom.api.pages.styleguide import example_files

PAGES = Path(homeroom.api.pages.__file__).parent
TEMPLATES = PAGES / "templates"
MACRO = re.compile(r"{%-? macro (\w+)\(")
DARK = "@media (prefers-color-scheme: dark)"
FILES = sorted(p for p in (TEMPLATES / "parts").glob("*.html") if MACRO.search(p.read_text()))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_each_macro_has_an_example_in_the_file_of_its_name(file: Path) -> None:
    examples = TEMPLATES / "styleguide" / file.name
    assert examples.is_file(), f"{file.name} has no examples in templates/styleguide"
    for macro in MACRO.findall(file.read_text()):
        assert re.search(rf"({{{{|call) ?{macro}\(", examples.read_text()), macro


def test_there_are_examples_of_nothing_else() -> None:
    assert example_files() == [file.name for file in FILES]


def test_the_dark_scheme_changes_colours_and_nothing_else() -> None:
    """So of most pages a quick run looks at one scheme alone."""
    (style,) = (path for path in PAGES.rglob("*.css") if "color-scheme" in path.read_text())
    before, _, behind = style.read_text().partition(DARK)
    (dark,) = re.findall(r"^ {\n  :root {\n(.*?)  }\n}\n", behind, re.DOTALL)
    colours = re.findall(r"^  (--\S+): (?:#|.* rgb)", before, re.MULTILINE)
    assert re.findall(r"^ +([^:]+): [^;]+;$", dark, re.MULTILINE) == colours
    assert dark.count("\n") == len(colours)
    assert DARK not in behind
