"""Random expressions of times, sound ones and others."""

import random

ZONES = ("'Europe/Stockholm'", "'Europe/Stockholm'", "'America/New_York'", "'UTC'",
         "known_time_zone({zone})", "known_time_zone({zone})", "'EST'", "'Area/Nowhere'",
         "{zone}")  # fmt: skip
LOCAL = (
    "date_trunc('week', {local})", "date_trunc('week', {local})", "date_trunc('hour', {local})",
    "date_trunc('month', {local})::date", "({local})::date", "extract(isodow FROM {local})",
    "extract(week FROM {local})", "extract(epoch FROM {local})", "{local}",
    "({local} + INTERVAL '7 days')::date", "date_trunc('day', {local}) - INTERVAL '90 minutes'",
    "date_trunc('day', {local}) AT TIME ZONE 'UTC'", "{local} > '2026-01-01 01:00:00'",
    "({local})::date - '2026-01-01'::date", "extract(isoyear FROM ({local})::date)",
    "extract(epoch FROM {local} - date_trunc('day', {local}))", "({local})::date + 1",
    "{local} - date_trunc('day', {local}) < INTERVAL '2 hours'",
    # Refused.
    "({local})::text", "date_trunc('week', ({local})::date)",
    "{local} - date_trunc('day', {local})",
    "({local})::timestamptz", "date_trunc('eon', {local})", "{local} > {at}",
)  # fmt: skip
OTHER = (
    "date_trunc('week', {at}, 'Europe/Stockholm')", "extract(epoch FROM {at} - {at})",
    "date_trunc('month', {at}, known_time_zone({zone}))", "known_time_zone({zone})",
    # Refused.
    "date_trunc('week', {at})", "extract(year FROM {at})", "{at}::date",
    "{at} + INTERVAL '1 day'", "to_char({at}, 'YYYY')", "{at} - now()",
    "extract(dow FROM coalesce({at}, 'infinity') AT TIME ZONE 'UTC')",
)  # fmt: skip
OF_DAY = (
    "date_trunc('week', {day}::date::timestamp)::date", "extract(isodow FROM {day}::date)",
    "({day}::date + INTERVAL '1 month')::date", "{day}::date + 7", "extract(year FROM {day}::date)",
    "{day}::date::timestamp AT TIME ZONE 'America/New_York'",
    # Refused.
    "date_trunc('week', {day}::date)", "{day}::timestamp", "extract(hour FROM {day})",
)  # fmt: skip


def output(rng: random.Random, at: str, zone: str) -> str:
    """An output that is computed of a time; ``zone``: a column that may name a time zone."""
    where = rng.choice(ZONES).format(zone=zone)
    form = rng.choice(LOCAL if rng.random() < 0.7 else OTHER)
    return form.format(local=f"{at} AT TIME ZONE {where}", at=at, zone=zone) + " AS part"


def of_day(rng: random.Random, day: str) -> str:
    """The same of a day."""
    return rng.choice(OF_DAY).format(day=day)
