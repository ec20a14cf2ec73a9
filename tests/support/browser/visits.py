"""Every page, and who looks at it: for the tests of all pages, their pictures, and their times."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Visit:
    """A page as somebody sees it. ``person``: one of PEOPLE, or None for nobody.

    ``name``: what its picture is called. ``endpoint``: the API's path of the same data, if there is
    one. `{…}` in paths stands for ids, which each data set has of its own.
    """

    name: str
    path: str
    person: str | None
    endpoint: str | None = None


VISITS = (
    Visit(
        "teacher-dashboard",
        "/teacher",
        "teacher",
        "/api/teachers/{teacher_id}/dashboard",
    ),
    Visit("teacher-dashboard-empty", "/teacher", "teacher without anything"),
)
