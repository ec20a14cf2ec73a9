"""The kinds of fields that events have, and their PostgreSQL types (docs/contract.md, "Fields")."""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    AwareDatetime,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    WithJsonSchema,
)
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from homeroom_kit import rfc3339

ID_PATTERN = r"^[A-Za-z0-9_-]{1,64}$"
# PostgreSQL's text holds every character but NUL.
TEXT_PATTERN = r"^[^\x00]*$"
DAY_PATTERN = r"^(?:000[1-9]|00[1-9][0-9]|0[1-9][0-9]{2}|[1-9][0-9]{3})-[0-9]{2}-[0-9]{2}$"
INT32_MIN, INT32_MAX = -(2**31), 2**31 - 1
MARKS_DECIMALS = 2
# Up to 13 digits before the point: more than any currency needs, and exact in a number of JSON.
AMOUNT_PATTERN = r"^(?:0|[1-9][0-9]{0,12})\.[0-9]{2}$"
CURRENCY_PATTERN = r"^[A-Z]{3}$"


def _in_calendar(day: str) -> str:
    try:
        date.fromisoformat(day)
    except ValueError:
        raise PydanticCustomError("day", "Input should be a day that exists") from None
    return day


def _instant(text: str) -> datetime:
    try:
        return rfc3339.instant(text)
    except ValueError as error:
        raise PydanticCustomError("time", f"Input should be {error}") from None


class SqlType:
    """Names the column type of a field, and what docs/contract.md calls its kind."""

    def __init__(self, name: str, kind: str) -> None:
        self.name = name
        self.kind = kind


class _Rfc3339:
    """Takes RFC 3339 texts with an offset only; pydantic alone takes numbers and more as well."""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        text = core_schema.custom_error_schema(
            core_schema.str_schema(strict=True),
            custom_error_type="time",
            custom_error_message="Input should be an RFC 3339 time with an offset",
        )
        instant = core_schema.no_info_plain_validator_function(_instant)
        return core_schema.chain_schema([text, instant])

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {"type": "string", "format": "date-time", "pattern": rfc3339.PATTERN}


class _Whole:
    """Takes whole numbers in any notation of JSON, ``10``, ``10.0`` and ``1e1``, as JSON Schema
    does (2020-12, validation, section 6.1.1); pydantic alone takes the first only.
    """

    def __init__(self, least: int, most: int) -> None:
        self._least, self._most = least, most

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        limits: dict[str, Any] = {"ge": self._least, "le": self._most, "strict": True}
        with_fraction = core_schema.chain_schema(
            [
                core_schema.float_schema(**limits, allow_inf_nan=False),
                core_schema.no_info_plain_validator_function(_whole),
            ]
        )
        return core_schema.union_schema(
            [core_schema.int_schema(**limits), with_fraction],
            mode="left_to_right",
            custom_error_type="whole_number",
            custom_error_message="Input should be a whole number from "
            f"{self._least} to {self._most}",
        )

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {"type": "integer", "minimum": self._least, "maximum": self._most}


def _whole(number: float) -> int:
    if not number.is_integer():
        raise PydanticCustomError("whole_number", "Input should be a whole number")
    return int(number)


class _Marks:
    """Takes numbers from a least one with at most two decimals; a whole one becomes an int."""

    def __init__(self, least: float) -> None:
        self._least = least

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        number = core_schema.float_schema(
            strict=True, allow_inf_nan=False, ge=self._least, le=INT32_MAX
        )
        return core_schema.chain_schema(
            [number, core_schema.no_info_plain_validator_function(_marks)]
        )

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        step = 10**-MARKS_DECIMALS
        return {"type": "number", "minimum": self._least, "maximum": INT32_MAX, "multipleOf": step}


def _marks(number: float) -> float | int:
    """Decimals are counted in the shortest text of the number, which is what JSON said."""
    if round(number, MARKS_DECIMALS) != number:
        raise PydanticCustomError("marks", "Input should be a number with at most two decimals")
    return int(number) if number.is_integer() else number


Id = Annotated[str, Field(pattern=ID_PATTERN), SqlType('varchar(64) COLLATE "C"', "id")]
"""1 to 64 characters of ``A-Z a-z 0-9 _ -``."""

Text = Annotated[str, Field(max_length=10_000, pattern=TEXT_PATTERN), SqlType("text", "text")]
"""At most 10,000 characters, none of them NUL."""

Instant = Annotated[AwareDatetime, _Rfc3339(), SqlType("timestamptz", "time")]
"""RFC 3339 with an offset; stored as an instant."""

Score = Annotated[float, Field(ge=0, le=100, allow_inf_nan=False), SqlType("numeric", "score")]
"""A number from 0 to 100."""

Int32 = Annotated[int, _Whole(INT32_MIN, INT32_MAX), SqlType("integer", "integer")]
"""A whole number of 32 bits."""

Count = Annotated[int, _Whole(0, INT32_MAX), SqlType("integer", "count")]
"""A whole number of 32 bits, from 0."""

Marks = Annotated[float, _Marks(0), SqlType("numeric", "marks")]
"""A number from 0 with at most two decimals: half points are common."""

MarksMax = Annotated[float, _Marks(0.01), SqlType("numeric", "marks above 0")]
"""The same above 0, so that marks have a share of it."""

Amount = Annotated[str, Field(pattern=AMOUNT_PATTERN), SqlType("numeric", "amount")]
"""An amount of money from 0 as text with two decimals, ``25.50``: exact, as numbers are not."""

Currency = Annotated[
    str, Field(pattern=CURRENCY_PATTERN), SqlType('varchar(3) COLLATE "C"', "currency")
]
"""The code of a currency, three capital letters (ISO 4217)."""

Ids = Annotated[list[Id], Field(max_length=1_000), SqlType('varchar(64)[] COLLATE "C"', "ids")]
"""At most 1,000 ids."""

Texts = Annotated[list[Text], Field(max_length=1_000), SqlType("text[]", "texts")]
"""At most 1,000 texts."""

Flags = Annotated[
    dict[Text, bool],
    Field(max_length=1_000),
    # pydantic's own lets a name through that the pattern refuses.
    WithJsonSchema(
        {
            "type": "object",
            "maxProperties": 1_000,
            "propertyNames": {"maxLength": 10_000, "pattern": TEXT_PATTERN},
            "additionalProperties": {"type": "boolean"},
        }
    ),
    SqlType("jsonb", "flags"),
]
"""A map of at most 1,000 names to booleans."""

Flag = Annotated[bool, SqlType("boolean", "flag")]
"""True or false."""

Day = Annotated[
    str,
    Field(pattern=DAY_PATTERN, json_schema_extra={"format": "date"}),
    AfterValidator(_in_calendar),
    SqlType('varchar(10) COLLATE "C"', "day"),
]
"""A calendar day as ``YYYY-MM-DD``; text, since it may be part of a key, which sorts as days do."""
