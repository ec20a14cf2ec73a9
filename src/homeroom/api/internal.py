"""Endpoints for services, which authenticate by a key each (docs/contract.md, "Tokens")."""

import asyncio
import math
from functools import partial
from typing import Annotated, Any

import psycopg
from fastapi import Depends, Header, Query
from pydantic import WithJsonSchema
from starlette.requests import Request
from starlette.responses import Response

from homeroom.api.answers import AS_OF, GENERATION, REFUSALS, SUCCEEDS, Success, success, wire_time
from homeroom.api.errors import ApiError
from homeroom.api.field_columns import column_of_field
from homeroom.api.routing import new_router
from homeroom.api.service_keys import KEY_HEADER, SERVICE_HEADER, VARY
from homeroom.api.services import ServicesOfApp
from homeroom.api.waiting import until_held, wait_of, while_connected
from homeroom.errors import DatabaseUnavailable, ExplainingTooSlow, NotExplainable
from homeroom.operations.explain import ExplainRequest, Explanation, explain
from homeroom.queries.database import NO_TOKEN
from homeroom.readmodel import read_model
from homeroom.settings import Settings
from homeroom_kit.errors import ConfigurationError

# Limits for the time and the rows of an explanation, and for explanations at one time.
SECONDS_DEFAULT = SECONDS_MAX = 5.0
ROWS_DEFAULT = 1_000
ROWS_MAX = 10_000
NO_LOGIN = (
    "The service's login may not explain: give the service HOMEROOM_EXPLAIN_DATABASE_URL, or run "
    "`homeroom explain`"
)
AT_ONCE_MAX = 2


class Explainer:
    """Explains with connections outside the pool, few at one time, within a time limit.

    It reads entity tables, which the login of the service may not: it needs one that reads all.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._model = read_model(settings)
        self._slots = asyncio.Semaphore(AT_ONCE_MAX)

    async def explain(self, request: ExplainRequest) -> Explanation:
        """Raises ApiError 404 for what does not exist, 503 for a time-out or too many at once."""
        if self._slots.locked():
            busy = f"{AT_ONCE_MAX} explanations are under way already; try again in a moment"
            raise ApiError(503, busy, {"Retry-After": "1"})
        async with self._slots:
            try:
                return await explain(self._settings, self._model, request, "explain")
            except NotExplainable as error:
                raise ApiError(404, str(error)) from None
            except ExplainingTooSlow as error:
                raise ApiError(503, str(error)) from None
            except ConfigurationError:
                raise ApiError(503, NO_LOGIN) from None
            except psycopg.errors.InsufficientPrivilege as error:
                raise ApiError(503, f"The service's login may not explain: {error}") from None
            except psycopg.OperationalError as error:
                raise DatabaseUnavailable from error


async def _explainer(
    request: Request,
    services: ServicesOfApp,
    internal_key: Annotated[str | None, Header(alias=KEY_HEADER)] = None,  # noqa: ARG001 - documents the header
    service: Annotated[str | None, Header(alias=SERVICE_HEADER)] = None,  # noqa: ARG001
) -> Explainer:
    """The application's explainer, after the check of the key and the wait for a position."""
    explainer: Explainer = request.app.state.explainer
    if not services.keys.know(request.headers):
        raise ApiError(401, "Authentication required", {"WWW-Authenticate": KEY_HEADER})
    wait = wait_of(request.headers)
    if wait is not None:
        await while_connected(request, until_held(services, wait, NO_TOKEN))
    return explainer


NOT_FOUND: dict[int | str, dict[str, Any]] = {
    404: REFUSALS[404] | {"description": "No such table, row or column."}
}
router = new_router(
    prefix="/internal/v1",
    tags=["internal"],
    responses={status: REFUSALS[status] for status in (400, 401, 501, 503, 504)}
    | NOT_FOUND
    | SUCCEEDS,
)
Text = Annotated[str | None, Query(), WithJsonSchema({"type": "string"})]


@router.get("/explain", response_model=Success[dict[str, Any]])
async def explain_value(
    explainer: Annotated[Explainer, Depends(_explainer)],
    table: Text = None,
    key: Text = None,
    column: Text = None,
    limit: Text = None,
    timeout: Text = None,  # noqa: ASYNC109 - seconds in which a part of the answer is given
) -> Response:
    """Why a value is what it is, as `homeroom explain TABLE KEY [COLUMN] --json` says it."""
    if not table or not key:
        raise ApiError(400, "table and key are required; column, limit and timeout may be given")
    rows = math.ceil(_number("limit", limit, ROWS_DEFAULT, ROWS_MAX))
    seconds = _number("timeout", timeout, SECONDS_DEFAULT, SECONDS_MAX)
    explanation = await explainer.explain(
        ExplainRequest(table, key, column or None, rows, seconds, partial(column_of_field, table))
    )
    headers = {GENERATION: explanation.generation} | VARY
    if explanation.as_of is not None:
        headers[AS_OF] = wire_time(explanation.as_of)
    return success(explanation, "Explanation retrieved successfully", headers)


def _number(name: str, text: str | None, default: float, most: float) -> float:
    """A number above 0, at most ``most``; raises ApiError 400 for any other text."""
    try:
        number = default if text is None else float(text)
    except ValueError:
        number = math.nan
    if not number > 0:
        raise ApiError(400, f"{name} must be a number above 0")
    return min(number, most)
