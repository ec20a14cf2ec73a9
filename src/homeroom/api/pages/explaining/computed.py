"""A number that a query computes, with its definition and the rows that it is made of."""

from starlette.requests import Request
from starlette.responses import Response

from homeroom.api.access import Access, refuse_if_revoked
from homeroom.api.access_log import LoggedRoute
from homeroom.api.assignments.ids import from_wire
from homeroom.api.errors import ApiError
from homeroom.api.pages.console.state import ROLE
from homeroom.api.pages.explaining.allowed import ALLOWED
from homeroom.api.pages.explaining.numbers import ComputedNumber, computed_number
from homeroom.api.pages.explaining.paths import COMPUTED
from homeroom.api.pages.explaining.viewing import require_endpoint, require_flags, viewer_of
from homeroom.api.pages.locales import _
from homeroom.api.pages.sessions import PageSession
from homeroom.api.pages.site import FORBIDDEN, page_router, site_of_app
from homeroom.api.services import services_of_app
from homeroom.errors import RightsEnded
from homeroom.queries.database import ReadScope

ENDED = _("The rights of this person have ended, so there is no such number.")
# Whose number it is, as an operator says it.
OF = "of"
router = page_router(route_class=LoggedRoute)


@router.get(COMPUTED + "/{name}")
async def explained_by_its_rows(request: Request, name: str) -> Response:
    """The rows as the viewer sees them, each with the way to what it is made of.

    An operator sees those of whoever is named (`of`), and without a name the definition alone;
    numbers of admins are of all schools.
    """
    site = site_of_app(request)
    session = await site.session(request, *ALLOWED, ROLE)
    number = computed_number(name)
    if session.role == ROLE:
        await refuse_if_revoked(services_of_app(request), session.principal)
        viewer = _in_place_of(request, number, session)
    elif session.role in number.roles:
        viewer = await viewer_of(request)
        await require_endpoint(viewer, session.principal, number.table)
    else:
        raise ApiError(403, FORBIDDEN)
    rows, as_of = None, None
    # An operator comes with a name, and says the rest on the page.
    if viewer is not None and not (session.role == ROLE and number.lacks(request.query_params)):
        try:
            parameters = await number.parameters(viewer, request.query_params)
            if number.flags and session.role != ROLE:
                require_flags(viewer, str(parameters["school_id"]), *number.flags)
            result = await viewer.read(number.statement, parameters)
        except RightsEnded:
            if session.role != ROLE:
                raise
            raise ApiError(404, ENDED) from None
        rows, as_of = result.rows, result.as_of
    return site.page(
        request, "explaining/computed.html", name=name, number=number, rows=rows, as_of=as_of,
        whose=None if session.role != ROLE or "admin" in number.roles else number.roles[0],
        given={one: request.query_params.get(one, "") for one in (*number.asks, OF)},
    )  # fmt: skip


def _in_place_of(
    request: Request, number: ComputedNumber, operator: PageSession
) -> Access | None:  # fmt: skip
    """Reads what whoever the address names would; None where it names nobody.

    Raises ApiError 400 for what can be no id.
    """
    token = operator.principal.token
    if "admin" in number.roles:
        return Access(services_of_app(request), ReadScope(admin_id=token.subject or ROLE), token)
    of = request.query_params.get(OF, "")
    if not of:
        return None
    try:
        who = from_wire(OF, of)
    except ValueError as error:
        raise ApiError(400, str(error)) from None
    of_student = number.roles[0] == "student"
    scope = ReadScope(student_id=who) if of_student else ReadScope(teacher_id=who)
    return Access(services_of_app(request), scope, token)
