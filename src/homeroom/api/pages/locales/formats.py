"""A language with its texts (gettext, from ``*.po``), numbers, dates and times (Babel)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

import babel
from babel import dates, numbers
from babel.core import negotiate_locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from jinja2 import pass_context
from jinja2.runtime import Context

DEFAULT = "en"
NAMES = (DEFAULT, "pt", "sv")
NOTHING = "–"


@dataclass(frozen=True, slots=True)
class Locale:
    """One of the languages. ``name``: as HTML's `lang` has it."""

    name: str
    babel: babel.Locale
    translations: NullTranslations

    def filters(self) -> dict[str, Callable[..., Any]]:
        """What templates write values with; nothing, which is null, as a dash.

        ``number``, ``percent`` (of 0 to 100), ``day`` of a date, and ``moment``, ``time`` and
        ``date`` of an instant, in the viewer's time zone.
        """
        return {
            "number": self._number, "percent": self._percent, "day": self._day,
            "moment": self._moment, "time": self._time,
            "date": self._date,
        }  # fmt: skip

    def _number(self, value: float | None, decimals: int = 1) -> str:
        if value is None:
            return NOTHING
        rounded = round(value, decimals)
        return numbers.format_decimal(rounded, locale=self.babel)

    def _percent(self, value: float | None, decimals: int = 0) -> str:
        if value is None:
            return NOTHING
        pattern = "#,##0%" if decimals == 0 else f"#,##0.{'#' * decimals}%"
        return numbers.format_percent(value / 100, pattern, locale=self.babel)

    def _day(self, value: date | None, form: str = "medium") -> str:
        return NOTHING if value is None else dates.format_date(value, form, locale=self.babel)

    @pass_context
    def _moment(self, context: Context, value: datetime | None, form: str = "medium") -> str:
        if value is None:
            return NOTHING
        return dates.format_datetime(value, form, zone_of(context), locale=self.babel)

    @pass_context
    def _time(self, context: Context, value: datetime | None, form: str = "short") -> str:
        if value is None:
            return NOTHING
        return dates.format_time(value, form, zone_of(context), locale=self.babel)

    @pass_context
    def _date(self, context: Context, value: datetime | None, form: str = "medium") -> str:
        if value is None:
            return NOTHING
        local = value.astimezone(zone_of(context))
        return dates.format_date(local, form, locale=self.babel)


def zone_of(context: Context) -> ZoneInfo:
    """The viewer's time zone: what the browser says; UTC where it says nothing known."""
    try:
        return ZoneInfo(context["time_zone"] or "UTC")
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")


def locale_of(accept_language: str) -> Locale:
    """The best of our languages for a viewer who prefers these (RFC 9110, section 12.5.4)."""
    wanted = [
        (-_quality(parameters), language.strip())
        for language, _, parameters in (
            part.partition(";") for part in accept_language.split(",")[:20]
        )
    ]
    preferred = [name for _, name in sorted(wanted, key=lambda pair: pair[0]) if name]
    return LOCALES[negotiate_locale(preferred, NAMES, sep="-") or DEFAULT]


def _quality(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    try:
        return float(value) if name == "q" else 1.0
    except ValueError:
        return 0.0


def _locale(name: str) -> Locale:
    source = files(__package__) / f"{name}.po"
    if not source.is_file():
        return Locale(name, babel.Locale.parse(name), NullTranslations())
    catalog, compiled = read_po(BytesIO(source.read_bytes()), name), BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return Locale(name, babel.Locale.parse(name), GNUTranslations(compiled))


LOCALES = {name: _locale(name) for name in NAMES}
