"""Endpoints for operators: liveness, readiness and metrics."""

from typing import Literal

from prometheus_client import CONTENT_TYPE_LATEST
from pydantic import BaseModel
from starlette.responses import Response

from homeroom.api.answers import REFUSALS
from homeroom.api.errors import ApiError
from homeroom.api.routing import new_router
from homeroom.api.services import ServicesOfApp

router = new_router(tags=["operations"])


class Alive(BaseModel):
    """The process runs."""

    status: Literal["ok"] = "ok"


class Ready(BaseModel):
    """The service can answer."""

    status: Literal["ready"] = "ready"
    generation: str


@router.get("/healthz")
async def healthz() -> Alive:
    """The process runs, whatever the state of the database."""
    return Alive()


@router.get("/readyz", responses={503: REFUSALS[503]})
async def readyz(services: ServicesOfApp) -> Ready:
    """The database answers and has a live generation; its standby is not too far behind."""
    generation = (await services.database.read()).generation
    if services.standby.is_too_long:
        raise ApiError(
            503,
            f"The standby is {services.standby.seconds:.0f} seconds behind the database, more than "
            f"the {services.settings.read_lag_seconds_max:g} of HOMEROOM_READ_LAG_SECONDS_MAX",
        )
    return Ready(generation=generation)


@router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
async def metrics(services: ServicesOfApp) -> Response:
    """Metrics for Prometheus."""
    return Response(services.metrics.render(), media_type=CONTENT_TYPE_LATEST)
