"""The pages: what the service knows, shown to people.

A page shows the answers of the endpoints' own functions, so it has no query and no rule of its own.
"""

from homeroom.api.pages import (
    admin,
    assets,
    console,
    first_page,
    push,
    records,
    sign_in,
    sign_out,
    student,
    styleguide,
    teacher,
)
from homeroom.api.pages.console import OperatorsConsole
from homeroom.api.pages.explaining import computed, endpoints, operators
from homeroom.api.pages.site import Site, site_of

ROUTERS = (
    assets.router,
    first_page.router,
    push.router,
    sign_in.router,
    sign_out.router,
    styleguide.router,
    teacher.router,
    student.router,
    admin.router,
    records.router,
    *console.ROUTERS,
    computed.router,
    endpoints.router,
    operators.router,
)

__all__ = ["ROUTERS", "OperatorsConsole", "Site", "site_of"]
