"""What is computed of times: what is refused, and with which words, and what is planned."""

AT = "e.at AT TIME ZONE 'UTC'"
# kind: the expression, and words of the message: the rule, what instead.
REFUSED: dict[str, tuple[str, tuple[str, ...]]] = {
    "the week of a time": (
        "date_trunc('week', e.at)",
        ("zone of the session", "date_trunc('week', e.at AT TIME ZONE 'Europe/Stockholm')")),
    "the year of a time": (
        "extract(year FROM e.at)",
        ("zone of the session", "extract(year FROM e.at AT TIME ZONE 'Europe/Stockholm')")),
    "the week of a day": (
        f"date_trunc('week', ({AT})::date)", ("session's zone", "::timestamp")),
    "the week of a number": ("date_trunc('week', e.marks)", ("no time",)),
    "a unit that nobody has": (f"date_trunc('eon', {AT})", ("eon", "week, month")),
    "a field that nobody has": (f"extract(eon FROM {AT})", ("eon", "week, month")),
    "a zone in a column": (
        "e.at AT TIME ZONE e.title",
        ("may be no name", "nothing of the row is stored", "known_time_zone(e.title)")),
    "a zone that is none": ("e.at AT TIME ZONE 'Europe/Stokholm'", ("full name", "'UTC'")),
    "a zone by its abbreviation": ("e.at AT TIME ZONE 'EST'", ("full name",)),
    "a zone with an alias": ("e.at AT TIME ZONE 'Japan'", ("full name",)),
    "a zone of hours": ("e.at AT TIME ZONE INTERVAL '1 hour'", ("may be no name",)),
    "a zone by a number": ("e.at AT TIME ZONE known_time_zone(e.marks)", ("takes a text",)),
    "a column of date_trunc": ("date_trunc('week', e.at, e.title)", ("known_time_zone(e.title)",)),
    "a zone of what has none": (f"date_trunc('week', {AT}, 'UTC')", ("Leave out the zone",)),
    "the zone of a text": ("e.title AT TIME ZONE 'UTC'", ("is no time",)),
    "a day after a time": (
        "e.at + INTERVAL '1 day'", ("how long a day is", "e.at AT TIME ZONE 'Europe/Stockholm'")),
    "an interval and a number": ("e.marks + INTERVAL '1 day'", ("neither a time",)),
    "the sum of two times": (f"({AT}) + ({AT})", ("neither a time",)),
    "an interval of two units": (f"{AT} + INTERVAL '1 day 2 hours'", ("a number and a unit",)),
    "an interval of an age": (f"{AT} + INTERVAL '99999 days'", ("four digits",)),
    "an interval that is computed": (f"{AT} + e.marks * INTERVAL '1 day'", ("interval",)),
    "an interval": ("e.at - e.at", ("several forms", "extract(epoch FROM …)")),
    "the days of an interval": ("extract(day FROM e.at - e.at)", ("hours as days", "epoch")),
    "the year of what may be infinite": (
        "extract(year FROM coalesce(e.at, 'infinity') AT TIME ZONE 'UTC')", ("infinite", "column")),
    "the year of a day that may be infinite": (
        "extract(year FROM (coalesce(e.at, '-infinity') AT TIME ZONE 'UTC')::date)", ("infinite",)),
    "what is between infinities": (
        "extract(epoch FROM coalesce(e.at, 'infinity') - coalesce(e.at, 'infinity'))",
        ("may be infinite",)),
    "a time of the session's zone": (f"({AT})::timestamptz", ("zone of the session", "AT TIME")),
    "what a clock shows as text": (f"({AT})::text", ("style of dates",)),
    "a clock's time and a time": (f"{AT} > e.at", ("compared by the time zone",)),
    "a time of some other form": (f"{AT} > '2026-01-01'", ("2026-01-01 00:00:00",)),
    "the clock in a zone": ("now() AT TIME ZONE 'UTC'", ("no clock",)),
    "the clock of the session": ("localtimestamp", ("no clock",)),
    "a time as text": ("to_char(e.at, 'YYYY')", ("settings of the session", "date_trunc")),
    "an age": ("age(e.at, e.at)", ("age",)),
}  # fmt: skip
ALLOWED = (
    AT, "e.at AT TIME ZONE 'Europe/Stockholm'", "e.at AT TIME ZONE 'America/Port-au-Prince'",
    "e.at AT TIME ZONE known_time_zone(e.title)", f"date_trunc('week', {AT})",
    f"({AT})::date", f"({AT})::date - ({AT})::date", f"extract(isodow FROM {AT})",
    f"extract(week FROM ({AT})::date)", "date_trunc('month', e.at, 'Europe/Stockholm')",
    f"({AT} + INTERVAL '7 days') AT TIME ZONE 'UTC'", f"{AT} - INTERVAL '-90' minute",
    "extract(epoch FROM e.at - e.at)", "e.at - e.at < INTERVAL '2 weeks'",
    f"date_trunc('week', ({AT})::date::timestamp)::date", f"{AT} < '2026-01-01 00:00:00'",
    f"{AT} BETWEEN '2026-01-01 00:00' AND 'infinity'",
    "date_trunc('year', coalesce(e.at, '-infinity') AT TIME ZONE 'UTC')",
)  # fmt: skip
