"""What teachers, classes and subjects are called of which a page knows the ids."""

from collections.abc import Iterable

from starlette.responses import Response

from homeroom.api.access import Access
from homeroom.api.assignments.surface import answered
from homeroom.api.pages.parts import part
from homeroom.queries.realm import OF_READER, in_realm
from homeroom.queries.statement import SQL as STATEMENT
from homeroom.queries.statement import compose
from homeroom.statements import load

# What a name may lack is no matter of whether there is one.
NAMES = compose(
    rows=in_realm(load("names", __package__)["names"], OF_READER), since=STATEMENT["since_never"]
)
Names = dict[tuple[str, str], str]


async def names_of(
    admin: Access, *, teachers: Iterable[object] = (), classes: Iterable[object] = (),
    subjects: Iterable[object] = (),
) -> Names:  # fmt: skip
    """By `teacher`, `class` or `subject`, and id: those of the admin's realm that have a name.

    What cannot be read has none.
    """
    wanted = {"teachers": teachers, "classes": classes, "subjects": subjects}
    ids = {name: [str(one) for one in of if one] for name, of in wanted.items()}
    if not any(ids.values()):
        return {}
    named = await part(_named(admin, ids))
    rows = [] if named.failed else named.data["data"]
    return {(row["kind"], row["id"]): row["name"] for row in rows}


async def _named(admin: Access, ids: dict[str, list[str]]) -> Response:
    result = await admin.read(NAMES, ids)
    return answered(result, result.rows)
