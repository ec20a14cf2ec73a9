"""The languages of the pages: their texts (gettext, from ``*.po``), and which one a viewer gets."""

from dataclasses import dataclass, replace
from functools import lru_cache
from gettext import NullTranslations

import babel

from homeroom.languages import DEFAULT, NAMES, preferred, translations_of


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
    for language, region in preferred(accept_language):
        return replace(LOCALES[language], babel=_of_region(language, region))
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
