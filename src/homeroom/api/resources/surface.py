"""What the endpoints of resources share: shapes, refusals, and the feature flag."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from fastapi import Path
from pydantic import BaseModel, WithJsonSchema
from starlette.requests import Request

from homeroom.api.answers import refusals
from homeroom.api.assignments.ids import WireId, from_wire, to_wire
from homeroom.api.envelopes import SCHOOLS, PlainProblem
from homeroom.api.errors import ApiError
from homeroom.api.routing import new_router
from homeroom.api.services import Services
from homeroom.files.store import SignedAddress
from homeroom.queries.teaching import SCHOOL, teaches_there
from homeroom.statements import load
from homeroom_kit.contract.resources import ScanStatus

SQL = {
    name: text.decode()
    .format(school=SCHOOL.decode(), teaches_there=teaches_there("r.school_id"))
    .encode()
    for name, text in load("resources", __package__).items()
}
PATH = "/resources"
UNKNOWN = "Resource not found"
REFUSALS = refusals(PlainProblem, "Not a teacher, or not one of this school.", "Not there.")
router = new_router(
    SCHOOLS, prefix="/api/teachers", tags=["teaching resources"], responses=REFUSALS
)
ResourceId = Annotated[
    str, Path(alias="id"), WithJsonSchema({"type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$"})
]


class TeachingResource(BaseModel):
    id: WireId
    title: str
    description: str | None
    file: str
    file_type: str
    file_size: int
    is_shared_with_students: bool
    shared_with_courses: list[WireId]
    virus_scan_status: ScanStatus
    created_at: datetime
    updated_at: datetime


class FileAddress(BaseModel):
    """A request that needs no token, until it expires."""

    method: str
    url: str
    headers: dict[str, str]
    expires_at: datetime


def shown(row: Mapping[str, Any]) -> dict[str, Any]:
    """A resource as clients know it, from the columns of the read model."""
    return {
        "id": to_wire(row["id"]),
        "title": row["title"],
        "description": row["description"],
        "file": row["file_name"],
        "file_type": row["media_type"],
        "file_size": row["size_bytes"],
        "is_shared_with_students": row["with_students"],
        "shared_with_courses": [to_wire(class_id) for class_id in row["class_ids"] or ()],
        "virus_scan_status": row["status"],
        "created_at": row["uploaded_at"],
        "updated_at": row["updated_at"],
    }


def shown_address(address: SignedAddress) -> dict[str, Any]:
    """An address as clients know it."""
    return {
        "method": address.method,
        "url": address.url,
        "headers": address.headers,
        "expires_at": address.expires_at.replace(microsecond=0),
    }


def own_address(request: Request, key: str) -> str:
    """Where this service itself takes or gives the file, for a store without addresses."""
    return f"{request.base_url}api/teachers{PATH}/{key.rpartition('/')[2]}/file"


def checked_id(text: str) -> str:
    """The id in a path; ApiError 400 for what can be none."""
    try:
        return from_wire("id", text)
    except ValueError as error:
        raise ApiError(400, str(error)) from None


def require_on(services: Services, teacher_id: str, school_id: str) -> None:
    """Raises ApiError 404 where resources are off for this teacher in this school."""
    services.flags.require("resources", teacher_id, school_id)
