"""The kinds of fields that events have, and their PostgreSQL types (docs/contract.md, "Fields")."""

from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    AwareDatetime,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
)
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

ID_PATTERN = r"^[A-Za-z0-9_-]{1,64}$"
# PostgreSQL's text holds every character but NUL.
TEXT_PATTERN = r"^[^\x00]*$"
RFC3339_PATTERN = (
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?"
    r"([Zz]|[+-][0-9]{2}:[0-9]{2})$"
)
DAY_PATTERN = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
NO_OFFSET = timedelta(0)
# One day from either end of the calendar, so that no offset leads out of it.
EARLIEST = datetime(1, 1, 2, tzinfo=UTC)
LATEST = datetime(9999, 12, 30, 23, 59, 59, 999_999, tzinfo=UTC)


def _in_utc(instant: datetime) -> datetime:
    """RFC 3339 has offsets up to 23:59, PostgreSQL takes them to 15:59 only."""
    return instant if instant.utcoffset() == NO_OFFSET else instant.astimezone(UTC)


def _in_calendar(day: str) -> str:
    try:
        date.fromisoformat(day)
    except ValueError:
        raise PydanticCustomError("day", "Input should be a day that exists") from None
    return day


class SqlType:
    """Names the column type of a field."""

    def __init__(self, name: str) -> None:
        self.name = name


class _Rfc3339:
    """Takes RFC 3339 texts with an offset only; pydantic alone takes numbers and more as well."""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        text = core_schema.custom_error_schema(
            core_schema.str_schema(pattern=RFC3339_PATTERN, strict=True),
            custom_error_type="rfc3339",
            custom_error_message="Input should be an RFC 3339 time with an offset",
        )
        instant = core_schema.datetime_schema(
            tz_constraint="aware",
            strict=False,
            ge=EARLIEST,
            le=LATEST,
            microseconds_precision="truncate",
        )
        in_utc = core_schema.no_info_plain_validator_function(_in_utc)
        return core_schema.chain_schema([text, instant, in_utc])

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {"type": "string", "format": "date-time"}


Id = Annotated[str, Field(pattern=ID_PATTERN), SqlType('varchar(64) COLLATE "C"')]
"""1 to 64 characters of ``A-Z a-z 0-9 _ -``."""

Text = Annotated[str, Field(max_length=10_000, pattern=TEXT_PATTERN), SqlType("text")]
"""At most 10,000 characters, none of them NUL."""

Instant = Annotated[AwareDatetime, _Rfc3339(), SqlType("timestamptz")]
"""RFC 3339 with an offset; stored as an instant."""

Score = Annotated[float, Field(ge=0, le=100, allow_inf_nan=False), SqlType("numeric")]
"""A number from 0 to 100."""

Int32 = Annotated[int, Field(ge=-(2**31), le=2**31 - 1), SqlType("integer")]
"""A whole number of 32 bits."""

Ids = Annotated[list[Id], Field(max_length=1_000), SqlType('varchar(64)[] COLLATE "C"')]
"""At most 1,000 ids."""

Texts = Annotated[list[Text], Field(max_length=1_000), SqlType("text[]")]
"""At most 1,000 texts."""

Flags = Annotated[dict[Text, bool], Field(max_length=1_000), SqlType("jsonb")]
"""A map of at most 1,000 names to booleans."""

Flag = Annotated[bool, SqlType("boolean")]
"""True or false."""

Day = Annotated[
    str,
    Field(pattern=DAY_PATTERN, json_schema_extra={"format": "date"}),
    AfterValidator(_in_calendar),
    SqlType('varchar(10) COLLATE "C"'),
]
"""A calendar day as ``YYYY-MM-DD``; text, since it may be part of a key, which sorts as days do."""
