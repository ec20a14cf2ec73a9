"""The texts of the pages and of messages, found in templates, and the catalogs of translations.

``python -m tests.support.translations`` (`make translations`) brings the catalogs level with the
templates: what is new stands there without a translation, what is gone goes.
"""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

import homeroom.api.pages
import homeroom.notifying

PAGES = Path(homeroom.api.pages.__file__).parent
MESSAGES = Path(homeroom.notifying.__file__).parent
LANGUAGES = ("pt", "sv")
TEMPLATES = ("**/templates/**.html", "**/templates/**.txt")
METHODS = [*((pattern, "jinja2") for pattern in TEMPLATES), ("**.py", "python")]
JINJA = {
    "trim_blocks": "true", "lstrip_blocks": "true", "extensions": "jinja2.ext.do",
    "silent": "false",
}  # fmt: skip
OPTIONS = dict.fromkeys(TEMPLATES, JINJA)


KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}
# Of a catalog's header, what says how to read it: the rest changes with each run.
HEADERS = ("Language:", "Plural-Forms", "MIME-Version", "Content-Type", "Content-Transfer-Encoding")


def texts(folder: Path = PAGES) -> Catalog:
    """All texts of a package, as its templates have them."""
    catalog = Catalog(project="homeroom", charset="utf-8")
    for name, line, message, _, context in extract_from_dir(
        folder, METHODS, OPTIONS, keywords=KEYWORDS
    ):
        catalog.add(message, locations=[(name, line)], context=context)
    return catalog


def catalog_of(language: str, folder: Path = PAGES) -> Catalog:
    """A package's catalog of a language; an empty one where there is none yet."""
    file = folder / "locales" / f"{language}.po"
    if not file.exists():
        return Catalog(language, project="homeroom", charset="utf-8")
    return read_po(BytesIO(file.read_bytes()), language)


def renewed() -> Iterator[tuple[Path, bytes]]:
    """Each catalog's file, and what must stand in it."""
    for folder in (PAGES, MESSAGES):
        yield from _renewed(folder)


def _renewed(folder: Path) -> Iterator[tuple[Path, bytes]]:
    found = texts(folder)
    for language in LANGUAGES:
        catalog = catalog_of(language, folder)
        catalog.update(found, no_fuzzy_matching=True)
        catalog.fuzzy = False
        out = BytesIO()
        write_po(
            out, catalog, width=100, no_location=True, omit_header=False, sort_output=True,
            ignore_obsolete=True,
        )  # fmt: skip
        yield folder / "locales" / f"{language}.po", _with_short_header(out.getvalue())


def _with_short_header(content: bytes) -> bytes:
    header, blank, messages = content.partition(b"\n\n")
    lines = header.decode().splitlines()
    kept = [line for line in lines if line.startswith("msg") or line[1:].startswith(HEADERS)]
    return "\n".join(kept).encode() + blank + messages


if __name__ == "__main__":
    for file, content in renewed():
        file.write_bytes(content)
