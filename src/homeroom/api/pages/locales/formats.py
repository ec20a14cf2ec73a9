"""How templates write values: numbers, dates and times as the viewer has them (Babel)."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from urllib.parse import unquote
from zoneinfo import ZoneInfo

import babel
from babel import dates, numbers
from jinja2 import pass_context
from jinja2.runtime import Context

NOTHING = "–"
TIME_ZONE_COOKIE = "homeroom_time_zone"


@pass_context
def number(context: Context, value: float | None, decimals: int = 1) -> str:
    """A number; nothing, which is null, is a dash, here and below."""
    if value is None:
        return NOTHING
    return numbers.format_decimal(round(value, decimals), locale=_babel(context))


@pass_context
def percent(context: Context, value: float | None, decimals: int = 0) -> str:
    """A share, of 0 to 100."""
    if value is None:
        return NOTHING
    places = f".{'#' * decimals}" if decimals else ""
    locale = _babel(context)
    # Some languages have a space before the sign.
    pattern = locale.percent_formats[None].pattern.replace("#,##0", f"#,##0{places}")
    return numbers.format_percent(value / 100, pattern, locale=locale)


@pass_context
def day(context: Context, value: date | None, form: str = "medium") -> str:
    """A date, which is of no time zone."""
    return NOTHING if value is None else dates.format_date(value, form, locale=_babel(context))


@pass_context
def moment(context: Context, value: datetime | None, form: str = "medium") -> str:
    """The date and time of an instant, in the viewer's time zone, as below."""
    if value is None:
        return NOTHING
    return dates.format_datetime(value, form, _zone(context), locale=_babel(context))


@pass_context
def time(context: Context, value: datetime | None, form: str = "short") -> str:
    """The time of an instant."""
    if value is None:
        return NOTHING
    return dates.format_time(value, form, _zone(context), locale=_babel(context))


@pass_context
def recent(context: Context, value: datetime | None, form: str = "short") -> str:
    """The time of an instant of today, where the viewer is; of another day with its date."""
    if value is None:
        return NOTHING
    zone, now = _zone(context), context["now"]
    is_today = value.astimezone(zone).date() == now.astimezone(zone).date()
    return time(context, value, form) if is_today else moment(context, value, form)


@pass_context
def date_of(context: Context, value: datetime | None, form: str = "medium") -> str:
    """The date of an instant."""
    if value is None:
        return NOTHING
    return dates.format_date(value.astimezone(_zone(context)), form, locale=_babel(context))


FILTERS: dict[str, Callable[..., Any]] = {
    "number": number, "percent": percent, "day": day,
    "moment": moment, "time": time, "recent": recent, "date": date_of,
}  # fmt: skip


def known_time_zone(cookie: str) -> ZoneInfo | None:
    """The viewer's time zone, which the browser tells; None where it tells nothing known."""
    try:
        return ZoneInfo(unquote(cookie)) if cookie else None
    except (KeyError, ValueError, OSError):
        return None


def _zone(context: Context) -> ZoneInfo:
    zone: ZoneInfo | None = context["time_zone"]
    return zone or ZoneInfo("UTC")


def _babel(context: Context) -> babel.Locale:
    locale: babel.Locale = context["locale"].babel
    return locale
