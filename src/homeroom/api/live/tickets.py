"""A ticket for clients that cannot send headers, as a browser's WebSocket cannot."""

from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from homeroom.api.envelopes import SCHOOLS
from homeroom.api.routing import new_router
from homeroom.api.schools.notification_commands import CommandingTeacher, answered
from homeroom.api.schools.surface import REFUSALS
from homeroom.commands.tickets import TICKET_SECONDS, issue

router = new_router(SCHOOLS, prefix="/api/teachers", tags=["live"], responses=REFUSALS)


class Ticket(BaseModel):
    ticket: str = Field(description="What to put into the address as `ticket`, once.")
    expires_in: int = Field(description="Seconds for which it is good.")


@router.post("/dashboard/ticket", response_model=Ticket)
async def dashboard_ticket(request: Request, teacher: CommandingTeacher) -> Response:
    """A ticket for the WebSocket or the stream, good once and for 30 seconds.

    It allows what the token allows, and ends with it.
    """
    teacher.services.flags.require("real_time_updates", teacher.scope.teacher_id)
    expires_at_seconds = request.state.caller.expires_at_seconds
    async with teacher.services.commands.connection(teacher.scope) as connection:
        ticket = await issue(
            connection, teacher.scope.teacher_id, teacher.token, expires_at_seconds
        )
    return answered({"ticket": ticket, "expires_in": TICKET_SECONDS}, None)
