"""The languages that people read in, and texts in them (gettext, from ``*.po``)."""

import re
from collections.abc import Iterator
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files
from io import BytesIO

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

DEFAULT = "en"
NAMES = (DEFAULT, "pt", "sv")
# Browsers send a handful of languages; a header may hold thousands.
LANGUAGES_MAX = 20
# A language with its region, and its weight (RFC 9110, section 12.4.2).
RANGE = re.compile(
    r"\s*([a-z]{2})(?:-(?:[a-z]{4}-)?([a-z]{2}))?(?:-[a-z0-9-]*)?"
    r"\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*)?",
    re.ASCII | re.IGNORECASE,
)


def preferred(accept_language: str) -> Iterator[tuple[str, str]]:
    """Languages of ours and regions, best first (RFC 9110, section 12.5.4); region may be empty."""
    found = [RANGE.fullmatch(part) for part in accept_language.split(",", LANGUAGES_MAX)]
    wanted = [
        (float(match[3] or 1), match[1].lower(), (match[2] or "").upper())
        for match in found[:LANGUAGES_MAX]
        if match
    ]
    # The first stays before others of its weight.
    for weight, language, region in sorted(wanted, key=lambda one: -one[0]):
        if weight > 0 and language in NAMES:
            yield language, region


def language_of(accept_language: str) -> str:
    """The best of our languages for somebody who prefers these."""
    return next(preferred(accept_language), (DEFAULT, ""))[0]


def translations_of(package: str, name: str) -> NullTranslations:
    """The texts of a language, from ``locales/<name>.po`` of a package; else as they stand."""
    source = files(package) / "locales" / f"{name}.po"
    if not source.is_file():
        return NullTranslations()
    catalog, compiled = read_po(BytesIO(source.read_bytes()), name), BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return GNUTranslations(compiled)
