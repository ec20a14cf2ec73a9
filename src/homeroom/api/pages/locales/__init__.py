"""The languages of the pages, and how numbers and times are written in each."""

from homeroom.api.pages.locales.formats import FILTERS, TIME_ZONE_COOKIE, known_time_zone
from homeroom.api.pages.locales.languages import LOCALES, Locale, locale_of
from homeroom.api.pages.locales.marking import _

__all__ = [
    "FILTERS", "LOCALES", "TIME_ZONE_COOKIE", "Locale", "_", "known_time_zone", "locale_of",
]  # fmt: skip
