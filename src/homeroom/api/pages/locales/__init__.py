"""The languages of the pages, and how numbers and times are written in each."""

from homeroom.api.pages.locales.formats import FILTERS, TIME_ZONE_COOKIE, known_time_zone
from homeroom.api.pages.locales.languages import LOCALES, Locale, locale_of
from homeroom.api.pages.locales.texts import Text, _, ngettext, sentences, text_of, translated

__all__ = [
    "FILTERS", "LOCALES", "TIME_ZONE_COOKIE", "Locale", "Text", "_", "known_time_zone", "locale_of",
    "ngettext", "sentences", "text_of", "translated",
]  # fmt: skip
