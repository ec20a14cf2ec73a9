"""What pages say where something is refused: their own sentences, in the viewer's language.

A sentence is found by the error's code, else by its type, else by the status. So people never read
what the API tells the authors of its clients.
"""

from collections.abc import Callable, Mapping
from typing import Any

from homeroom.api.errors import ApiError
from homeroom.api.pages.locales import Text, _, ngettext
from homeroom.errors import (
    AlreadyAssigned,
    CommandConflict,
    DatabaseUnavailable,
    InvalidAssignmentFile,
    NameTaken,
    NotATeacher,
    NotInClass,
    NotMigrated,
    NoWaitingForFlink,
    NumberingBehind,
    PositionNotReached,
    RightsEnded,
    StoreUnavailable,
    UnknownNotification,
    UnknownResource,
    UnknownToAssign,
)

UNUSABLE = _("What was sent cannot be used; go back and look at it again.")
OF_CODE: Mapping[str, Text] = {
    "file_type": _("Files of this type are not taken."),
    "file_empty": _("The file is empty."),
    "file_large": _("The file is too large."),
    "file_pending": _("The file was not scanned for viruses yet; try again in a moment."),
    "file_infected": _("The file is infected, and nobody gets it."),
    "file_failed": _("The file could not be scanned for viruses, and nobody gets it."),
    "file_not_uploaded": _("The file did not arrive whole; send it again."),
    "text_long": _("A text is missing or too long."),
}
AWAY = _("The database is away. Try again in a moment.")
UNKNOWN = {
    "assignment": _("There is no such assignment, or none that you may see."),
    "class": _("There is no such class, or none that you may see."),
    "student": _("There is no such student, or none that you may see."),
    "subject": _("There is no such subject, or none that you may see."),
    "teacher": _("There is no such teacher, or none that you may see."),
}
BEHIND = _("What you have just done does not show here yet; load the page again in a moment.")
OF_TYPE: Mapping[type[Exception], Text | Callable[[Any], Text]] = {
    AlreadyAssigned: _("The teacher is assigned to this already."),
    CommandConflict: _("Somebody else is changing the same at this moment; try again."),
    DatabaseUnavailable: AWAY,
    InvalidAssignmentFile: lambda error: _(
        "The first line of the file must name the columns: %(columns)s. The first of them and one "
        "more must be there.", columns=", ".join(error.columns),
    ),
    NameTaken: _(
        "These marks were saved before, and what you have changed since was not recorded. "
        "Enter only marks that are missing."
    ),
    NotATeacher: _("Only teachers can be assigned, and this is somebody else."),
    NotInClass: _("The student is not in this class."),
    NotMigrated: AWAY,
    NumberingBehind: _(
        "Nothing can be recorded for a while, since the service was restored; try again soon."
    ),
    NoWaitingForFlink: BEHIND,
    PositionNotReached: BEHIND,
    RightsEnded: _("Your account has no rights here, or none any more."),
    StoreUnavailable: _("The store of files does not answer; try again in a moment."),
    UnknownNotification: _("There is no such notification any more."),
    UnknownResource: _("There is no such file any more."),
    UnknownToAssign: lambda error: UNKNOWN[error.what],
}  # fmt: skip
OF_STATUS: Mapping[int, Text] = {
    400: UNUSABLE,
    403: _("This is not for you to see or to do."),
    404: _("There is nothing at this address, or nothing for you."),
    409: _("This cannot be done as things are now; load the page again."),
    413: _("What was sent is too large."),
    429: _("You have asked too often; try again in a moment."),
    500: _("Something went wrong here. Those who run the service can see what."),
    503: _("This cannot be done at this moment; try again soon."),
    504: BEHIND,
}  # fmt: skip


def sentence_of(error: Exception, status: int) -> Text:
    """What a page says of an error that answers with this status."""
    if isinstance(error, ApiError):
        if isinstance(error.message, Text):
            return error.message
        if error.code in OF_CODE:
            return OF_CODE[error.code]
        if status == 429 and error.headers:
            return ngettext(
                "You have asked too often; try again in %(number)s second.",
                "You have asked too often; try again in %(number)s seconds.",
                int(error.headers["Retry-After"]),
            )
    for kind in type(error).__mro__:
        said = OF_TYPE.get(kind)
        if said is not None:
            return said if isinstance(said, Text) else said(error)
    return OF_STATUS.get(status, UNUSABLE)
