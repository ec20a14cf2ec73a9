"""``/styleguide``: every component of the pages, in the demo alone."""

from importlib.resources import files

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from homeroom.api.pages.site import page_router, site_of_app

router = page_router()


@router.get("/styleguide")
async def styleguide(request: Request) -> Response:
    """Each component beside the next: one file of examples for one file of macros."""
    site = site_of_app(request)
    if not site.people:
        raise HTTPException(404)
    request.state.session = site.sessions.of(request)
    return site.page(request, "styleguide.html", examples=example_files())


def example_files() -> list[str]:
    """The names of the files of examples, which are those of the macros' files."""
    folder = files(__package__) / "templates" / "styleguide"
    return sorted(file.name for file in folder.iterdir() if file.name.endswith(".html"))
