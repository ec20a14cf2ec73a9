"""`POST /internal/v1/events`: events of services that have no client of Kafka."""

import asyncio
from collections.abc import Iterable
from typing import Annotated

import orjson
import structlog
from fastapi import Depends, Header
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from homeroom.api.answers import POSITION
from homeroom.api.bodies import bytes_of
from homeroom.api.errors import ApiError
from homeroom.api.ingestion.documented import EXTRA, RESPONSES
from homeroom.api.ingestion.judging import IngestedEvent, Judgement
from homeroom.api.ingestion.messages import events_of, mode_of
from homeroom.api.routing import new_router
from homeroom.api.service_keys import KEY_HEADER, SERVICE_HEADER, VARY
from homeroom.api.services import ServicesOfApp, services_of_app

router = new_router(prefix="/internal/v1", tags=["internal"], responses=RESPONSES)

log = structlog.get_logger(__name__)


class IngestionResults(BaseModel):
    """What became of each event, in the order in which they were sent."""

    results: list[IngestedEvent]


async def _publishing_service(
    request: Request,
    services: ServicesOfApp,
    internal_key: Annotated[str | None, Header(alias=KEY_HEADER)] = None,  # noqa: ARG001 - documents the header
    service: Annotated[str | None, Header(alias=SERVICE_HEADER)] = None,  # noqa: ARG001
) -> str:
    """The service that asks, after the check of its key and of its limit."""
    if not services.keys.know(request.headers):
        raise ApiError(401, "Authentication required", {"WWW-Authenticate": KEY_HEADER})
    name = request.headers[SERVICE_HEADER]
    await services.limits.count_service(request, name)
    return name


@router.post("/events", response_model=IngestionResults, openapi_extra=EXTRA)
async def publish_events(
    request: Request, service: Annotated[str, Depends(_publishing_service)]
) -> Response:
    """Publish CloudEvents; the answer comes when the brokers have them.

    Each event is judged by itself, as `homeroom publish` does. Sending any of them again is safe:
    it is a `duplicate`.
    """
    services = services_of_app(request)
    settings = services.settings
    mode = mode_of(request.headers)
    body = await bytes_of(request, settings.ingestion_body_bytes_max)
    given = events_of(mode, request.headers, body)
    if len(given) > settings.ingestion_events_max:
        most = settings.ingestion_events_max
        raise ApiError(413, f"{len(given):,} events; at most {most:,} are possible at once")
    loop = asyncio.get_running_loop()
    began_at = loop.time()
    judgement = Judgement(services.ingestion_rights, service, given)
    results = await judgement.publish(services.ingestion)
    metrics = services.ingestion_metrics
    metrics.see_request(service, loop.time() - began_at)
    counts = {"accepted": 0, "duplicate": 0, "rejected": 0}
    for (type_name, status), count in judgement.counts(results).items():
        metrics.see_events(service, type_name, status, count)
        counts[status] += count
    log.info("events taken", service=service, **counts, request_id=request.state.request_id)
    headers = dict(VARY)
    if position := _position([result.position for result in results if result.position]):
        headers[POSITION] = position
    content = orjson.dumps({"results": [result.shown() for result in results]})
    return Response(content, headers=headers, media_type="application/json")


def _position(positions: Iterable[str]) -> str:
    """The last of each partition, as Homeroom-Wait-For takes them."""
    last: dict[str, int] = {}
    for position in positions:
        partition, _, offset = position.rpartition(":")
        last[partition] = max(int(offset), last.get(partition, -1))
    return ",".join(f"{partition}:{offset}" for partition, offset in sorted(last.items()))
