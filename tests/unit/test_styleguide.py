"""The style guide shows every component."""

import re
from pathlib import Path

import pytest

import homeroom.api.pages
from homeroom.api.pages.styleguide import example_files

TEMPLATES = Path(homeroom.api.pages.__file__).parent / "templates"
MACRO = re.compile(r"{%-? macro (\w+)\(")
FILES = sorted(p for p in (TEMPLATES / "parts").glob("*.html") if MACRO.search(p.read_text()))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_each_macro_has_an_example_in_the_file_of_its_name(file: Path) -> None:
    examples = TEMPLATES / "styleguide" / file.name
    assert examples.is_file(), f"{file.name} has no examples in templates/styleguide"
    for macro in MACRO.findall(file.read_text()):
        assert re.search(rf"({{{{|call) ?{macro}\(", examples.read_text()), macro


def test_there_are_examples_of_nothing_else() -> None:
    assert example_files() == [file.name for file in FILES]
