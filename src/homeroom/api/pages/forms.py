"""What a form of a page has sent: its fields, and its files."""

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.datastructures import ImmutableMultiDict, UploadFile
from starlette.requests import Request

from homeroom.api.errors import ApiError
from homeroom.api.pages.locales import _

# A list of ids may have so many, and a form a few more fields.
FIELDS_MAX = 1100


@dataclass(frozen=True, slots=True)
class SentForm:
    """``fields``: of one name there may be several. ``files``: their contents by field."""

    fields: ImmutableMultiDict[str, str]
    files: Mapping[str, bytes]


async def sent_form(request: Request) -> SentForm:
    """The form in a request's body, whose size is announced, so that it has been looked at.

    Raises ApiError 411 where it is not, starlette's HTTPException 400 for what is no form.
    """
    if "content-length" not in request.headers:
        raise ApiError(411, _("The form must say how long it is."))
    fields, files = [], {}
    async with request.form(max_fields=FIELDS_MAX) as form:
        for name, value in form.multi_items():
            if isinstance(value, UploadFile):
                files[name] = await value.read()
            else:
                fields.append((name, value))
    return SentForm(ImmutableMultiDict(fields), files)
