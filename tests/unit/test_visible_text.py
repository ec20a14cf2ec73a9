"""The pages say nothing that has no translation."""

from pathlib import Path

import pytest
from jinja2 import Environment

import homeroom.api.pages
from tests.support.visible_text import untranslated

TEMPLATES = Path(homeroom.api.pages.__file__).parent / "templates"
# The samples of the style guide stand for data.
FILES = [file for file in sorted(TEMPLATES.rglob("*.html")) if file.parent.name != "styleguide"]
ENVIRONMENT = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"])


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(TEMPLATES)))
def test_a_template_says_everything_in_the_viewers_language(file: Path) -> None:
    assert untranslated(ENVIRONMENT, file.read_text()) == []


@pytest.mark.parametrize(
    "source",
    [
        "<p>Saved</p>", "<p>{{ count }} rows</p>", '<a aria-label="Main">{{ _("x") }}</a>',
        '<input placeholder="Search{{ x }}">', "<p title='Old {{ x }}'></p>",
        '{{ "Old" if old else _("New") }}', '{{ card("All classes", 1) }}',
        '{{ {"a": "Draft"}[x] }}', '{% set title = "Save marks" %}', '{{ _("a") ~ " is due" }}',
        '{% for one in ("Old", x) %}{% endfor %}', '{% call column("Approved") %}{% endcall %}',
    ],
)  # fmt: skip
def test_words_outside_of_the_catalogs_are_found(source: str) -> None:
    assert untranslated(ENVIRONMENT, source)


@pytest.mark.parametrize(
    "source",
    [
        "<title>{{ _('Marks') }} · homeroom</title>", "<code>homeroom verify</code>",
        "<p>–, 3 %</p>",
        '<p class="old" id="Old">{{ x if state == "Old" else "" }}</p>', "{# Old ones #}",
        '{{ _("%(count)s rows", count=x|replace("Old Ones", "")) }}', '{{ names["Old Ones"] }}',
        '{{ status("draft") }}', '{{ x|moment("short") }}', "{% from 'parts/a b.html' import a %}",
    ],
)  # fmt: skip
def test_what_is_no_text_for_people_is_not_taken_for_it(source: str) -> None:
    assert untranslated(ENVIRONMENT, source) == []
