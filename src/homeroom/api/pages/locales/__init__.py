"""The languages of the pages, and how numbers and times are written in each."""

from homeroom.api.pages.locales.formats import LOCALES, Locale, locale_of

__all__ = ["LOCALES", "Locale", "locale_of"]
