"""What a template shows besides values: the words between its tags, and those of its attributes."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

from jinja2 import Environment, nodes

VISIBLE_ATTRIBUTES = ("alt", "aria-label", "aria-description", "data-announced", "placeholder")
# What people type or programs say is the same in each language.
VERBATIM = ("code", "pre", "script", "style")
PRODUCT = "homeroom"
TRANSLATING = ("_", "gettext", "ngettext", "pgettext", "npgettext")
WORD = re.compile(r"[^\W\d_]")
# Text for people, rather than a name of something: `Save`, `save marks`, not `save_marks`.
FOR_PEOPLE = re.compile(r"^[A-Z][a-z]+( |$)|[a-z] [a-z]")


class _VisibleWords(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._verbatim = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._verbatim += tag in VERBATIM
        visible = (*VISIBLE_ATTRIBUTES, "title", *(["value"] if tag == "button" else []))
        self.found += [value or "" for name, value in attrs if name in visible]

    def handle_endtag(self, tag: str) -> None:
        self._verbatim -= tag in VERBATIM

    def handle_data(self, data: str) -> None:
        if not self._verbatim:
            self.found.append(data)


def untranslated(environment: Environment, source: str) -> list[str]:
    """The words for people in a template that stand outside `_()` and `ngettext()`."""
    parser = _VisibleWords()
    parser.feed("".join(text for _, kind, text in environment.lex(source) if kind == "data"))
    words = [text.replace(PRODUCT, "").strip() for text in parser.found]
    constants = [text for text in _constants(environment.parse(source)) if FOR_PEOPLE.search(text)]
    return [text for text in words if WORD.search(text)] + constants


def _constants(node: nodes.Node) -> Iterator[str]:
    """The texts that a template hands on; not what it compares, looks up or filters with."""
    match node:
        case nodes.Call(node=nodes.Name(name=name)) if name in TRANSLATING:
            return
        case nodes.Compare() | nodes.Test() | nodes.FromImport() | nodes.Import() | nodes.Extends():
            return
        case nodes.Const(value=str(text)):
            yield text
        case nodes.Filter(node=nodes.Node() as of):
            yield from _constants(of)
        case nodes.Getitem(node=of) | nodes.Pair(value=of):
            yield from _constants(of)
        case _:
            for child in node.iter_child_nodes():
                yield from _constants(child)
