"""The languages of the pages: their texts (gettext, from ``*.po``), and which one a viewer gets."""

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from gettext import NullTranslations

import babel

from homeroom.languages import DEFAULT, NAMES, translations_of

# Browsers send a handful of languages; a header may hold thousands.
LANGUAGES_MAX = 20
# A language with its region, and its weight (RFC 9110, section 12.4.2).
RANGE = re.compile(
    r"\s*([a-z]{2})(?:-(?:[a-z]{4}-)?([a-z]{2}))?(?:-[a-z0-9-]*)?"
    r"\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*)?",
    re.ASCII | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Locale:
    """How somebody reads: ``name`` is the language of the texts, as HTML's `lang` has it.

    ``babel``: how numbers and times are written, which besides depends on the region.
    """

    name: str
    babel: babel.Locale
    translations: NullTranslations


def locale_of(accept_language: str) -> Locale:
    """The best of our languages for a viewer who prefers these (RFC 9110, section 12.5.4)."""
    found = [RANGE.fullmatch(part) for part in accept_language.split(",", LANGUAGES_MAX)]
    wanted = [
        (float(match[3] or 1), match[1].lower(), match[2] or "")
        for match in found[:LANGUAGES_MAX]
        if match
    ]
    # The first stays before others of its weight.
    for weight, language, region in sorted(wanted, key=lambda one: -one[0]):
        if weight > 0 and language in LOCALES:
            return replace(LOCALES[language], babel=_of_region(language, region.upper()))
    return LOCALES[DEFAULT]


@lru_cache(256)
def _of_region(language: str, region: str) -> babel.Locale:
    try:
        return babel.Locale.parse(f"{language}_{region}" if region else language)
    except (ValueError, babel.UnknownLocaleError):
        return babel.Locale.parse(language)


def _locale(name: str) -> Locale:
    translations = translations_of("homeroom.api.pages", name)
    return Locale(name, babel.Locale.parse(name), translations)


LOCALES = {name: _locale(name) for name in NAMES}
