"""What services ask of batches, each with its own key. Answers are those that the client reads."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any

from fastapi import Depends, Header, Path, Query
from pydantic import BaseModel, WithJsonSchema
from starlette.requests import Request
from starlette.responses import Response

from homeroom.api.access import ID, Access
from homeroom.api.answers import LINKED, SUCCEEDS, plain, refusals, stamp
from homeroom.api.batches.dashboard import Limit, Offset
from homeroom.api.batches.paging import SQL, page_of, paged_reads
from homeroom.api.envelopes import INTERNAL_BATCHES, PlainProblem
from homeroom.api.errors import ApiError
from homeroom.api.routing import new_router
from homeroom.api.service_keys import KEY_HEADER, SERVICE_HEADER, VARY
from homeroom.api.services import ServicesOfApp
from homeroom.api.waiting import until_held, wait_of, while_connected
from homeroom.client.protocol import BatchStatus, ClassInfo, UserBatch, UserBatches
from homeroom.queries.database import NO_TOKEN, ReadScope
from homeroom.queries.positions import Partition
from homeroom.queries.statement import ReadResult, ReadStatement, compose, since_of_selects

BATCH_IDS_MAX = 500
# Of what is no id, as much is said.
SHOWN_MAX = 100
# RFC 9562, section 4.
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# In `batches.sql`, and in what follows from it.
ASKED_FOR = b"= ANY (%(batch_ids)s::text[])"


class _FoundClass(BaseModel):
    """A row of `class_info`: of the batch, what ClassInfo shows."""

    batch_id: str
    class_id: str
    class_name: str


def _of_batches(name: str, row: type[BaseModel]) -> ReadStatement:
    """A read of the batches that are asked for, which names nobody whose rows they are."""
    since = since_of_selects(SQL[name])
    return compose(
        rows=SQL[name].replace(b"= me.batch_id", ASKED_FOR),
        row=row,
        since=since.replace(b'= me."batch_id"', ASKED_FOR),
    )


USER_BATCHES = paged_reads("of_user", UserBatch, "total_of_status")
STATUS = _of_batches("status", BatchStatus)
CLASS_INFO = _of_batches("class_info", _FoundClass)


class AskingService:
    """A service that may ask."""

    def __init__(self, request: Request, access: Access) -> None:
        self.request = request
        self._access = access

    async def read(self, statement: ReadStatement, **parameters: object) -> ReadResult:
        """One read of whichever batches the statement names."""
        return await self._access.read(statement, parameters)

    async def read_of(
        self, user_id: str, statement: ReadStatement, **parameters: object
    ) -> ReadResult:
        """One read of a user's rows, who may have been deactivated."""
        scope = ReadScope(teacher_id=user_id if ID.fullmatch(user_id) else "")
        return await replace(self._access, scope=scope, rights=False).read(statement, parameters)


async def _asked(
    request: Request,
    services: ServicesOfApp,
    internal_key: Annotated[str | None, Header(alias=KEY_HEADER)] = None,  # noqa: ARG001 - documents the header
    service: Annotated[str | None, Header(alias=SERVICE_HEADER)] = None,  # noqa: ARG001
) -> AskingService:
    """The service, after the check of its key and the wait for a position."""
    if not services.keys.know(request.headers):
        raise ApiError(401, "Unauthorized", {"WWW-Authenticate": KEY_HEADER})
    wait = wait_of(request.headers)
    held: Mapping[Partition, int] = {}
    if wait is not None:
        held = await while_connected(request, until_held(services, wait, NO_TOKEN))
    scope = ReadScope(service_id=request.headers[SERVICE_HEADER])
    return AskingService(request, Access(services, scope, NO_TOKEN, held))


Service = Annotated[AskingService, Depends(_asked)]
REFUSALS = refusals(PlainProblem, "", "No such batch.")
REFUSALS.pop(403)
NOT_FOUND: dict[int | str, dict[str, Any]] = {404: REFUSALS.pop(404)}
services_router = new_router(
    INTERNAL_BATCHES, prefix="/internal/v1/batches", tags=["internal"], responses=REFUSALS
)


def _headers(result: ReadResult) -> dict[str, str]:
    return stamp(result) | VARY


def _uuids(text: str) -> list[str]:
    """The ids in lower case, each once, in the order asked; ApiError 400 for what is none."""
    names = [name for part in text.split(",") if (name := part.strip())]
    for name in names:
        if not _UUID.fullmatch(name.lower()):
            raise ApiError(
                400, f"batch_ids must be UUIDs, by comma, and {name[:SHOWN_MAX]} is none"
            )
    ids = list(dict.fromkeys(name.lower() for name in names))
    if len(ids) > BATCH_IDS_MAX:
        raise ApiError(400, f"batch_ids must be at most {BATCH_IDS_MAX}")
    return ids


BatchIds = Annotated[
    str | None,
    Query(description=f"UUIDs of batches by comma, at most {BATCH_IDS_MAX}."),
    WithJsonSchema({"type": "string"}),
]


@services_router.get("/class-info", response_model=dict[str, ClassInfo | None], responses=SUCCEEDS)
async def batch_class_info(service: Service, batch_ids: BatchIds = None) -> Response:
    """The class of each batch, in the order asked; null for one that is unknown or has none."""
    ids = _uuids(batch_ids or "")
    result = await service.read(CLASS_INFO, batch_ids=ids)
    found = {row.pop("batch_id"): row for row in result.rows}
    return plain({id_: found.get(id_) for id_ in ids}, _headers(result))


AnyStatus = Annotated[
    str | None,
    Query(description="Only those of this status, whatever it is; empty: of any."),
    WithJsonSchema({"type": "string"}),
]


@services_router.get("/user/{user_id:any}", response_model=UserBatches, responses=LINKED)
async def user_batches(
    service: Service,
    user_id: Annotated[str, Path(description="The teacher whose batches they are.")],
    limit: Limit = None, offset: Offset = None, status: AnyStatus = None,
) -> Response:  # fmt: skip
    """A user's batches, the newest first; of one who is unknown there are none."""
    page = page_of(limit, offset, refused_with=400)
    if page.problem:
        raise page.problem
    read = USER_BATCHES.of_status if status else USER_BATCHES.of_any
    # PostgreSQL's text holds no NUL, so no batch has such a status.
    sought = None if status and "\x00" in status else status
    result = await service.read_of(
        user_id, read, limit=page.limit, offset=page.offset, status=sought
    )
    total = result.about["total"] if result.about else 0
    pagination = {"limit": page.limit, "offset": page.offset, "total": total}
    response = plain({"batches": result.rows, "pagination": pagination}, _headers(result))
    page.link_next(service.request, response, total)
    return response


@services_router.get(
    "/{batch_id:any}/status", response_model=BatchStatus, responses=SUCCEEDS | NOT_FOUND
)
async def batch_status(
    service: Service,
    batch_id: Annotated[
        str, Path(description="A UUID."), WithJsonSchema({"type": "string", "format": "uuid"})
    ],
) -> Response:
    """How far a batch is."""
    id_ = batch_id.lower()
    if not _UUID.fullmatch(id_):
        raise ApiError(400, "batch_id must be a UUID")
    result = await service.read(STATUS, batch_ids=[id_])
    headers = _headers(result)
    if not result.rows:
        raise ApiError(404, "Batch not found", headers)
    return plain(result.rows[0], headers)
