"""A number that a query computes, with its definition and the rows that it is made of."""

from starlette.requests import Request
from starlette.responses import Response

from homeroom.api.errors import ApiError
from homeroom.api.pages.explaining.allowed import ALLOWED
from homeroom.api.pages.explaining.numbers import computed_number
from homeroom.api.pages.explaining.paths import COMPUTED
from homeroom.api.pages.explaining.viewing import viewer_of
from homeroom.api.pages.site import FORBIDDEN, page_router, site_of_app

router = page_router()


@router.get(COMPUTED + "/{name}")
async def explained_by_its_rows(request: Request, name: str) -> Response:
    """The rows as the viewer sees them, each with the way to what it is made of."""
    site = site_of_app(request)
    session = await site.session(request, *ALLOWED)
    number = computed_number(name)
    if session.role not in number.roles:
        raise ApiError(403, FORBIDDEN)
    viewer = await viewer_of(request)
    parameters = await number.parameters(viewer, request.query_params)
    result = await viewer.read(number.statement, parameters)
    return site.page(
        request, "explaining/computed.html", name=name, number=number, rows=result.rows,
        as_of=result.as_of,
    )  # fmt: skip
