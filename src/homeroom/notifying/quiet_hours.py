"""When somebody does not want to be disturbed, by the clock where they live."""

from datetime import UTC, date, datetime, time, timedelta

from homeroom.domain.days import zone


def quiet_until(
    now: datetime, time_zone: str | None, begins: str | None, ends: str | None
) -> datetime | None:
    """When the quiet hours end in which ``now`` is, as an instant; None outside of them.

    ``begins``, ``ends``: times of day as `22:00`, the second not in it; hours that end before they
    begin last over midnight, and equal ones are none.
    """
    if not begins or not ends or begins == ends:
        return None
    first, last, local = time.fromisoformat(begins), time.fromisoformat(ends), zone(time_zone)
    here = now.astimezone(local)
    clock = here.time().replace(tzinfo=None)
    overnight = first > last
    inside = clock >= first or clock < last if overnight else first <= clock < last
    if not inside:
        return None
    day: date = here.date() + timedelta(days=1 if overnight and clock >= first else 0)
    end = datetime.combine(day, last, local).astimezone(UTC)
    # Where clocks are put back, that hour comes twice, and the first time may be over.
    return end if end > now else datetime.combine(day, last.replace(fold=1), local).astimezone(UTC)
