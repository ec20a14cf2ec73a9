"""Which notifications a teacher has at a school: the one rule of lists, counts and live messages.

Its statements stand in ``notifications.sql``. ``me`` is who asks, with `teacher_id`.
"""

from homeroom.statements import load


def _without_comment(text: bytes) -> str:
    lines = text.decode().splitlines()
    return "\n".join(line for line in lines if not line.startswith("--"))


_TEXTS = {name: _without_comment(text) for name, text in load("notifications", __package__).items()}
# The columns of an item, and whether one is shown, of a row `s` of `had`. The latter has the
# parameter `now`.
ITEM, SHOWS = _TEXTS["item"], _TEXTS["shows"]


def had(school: str) -> str:
    """A SELECT of all notifications that the caller has at a school, with the caller's receipt.

    ``school``: SQL for its id, never from outside.
    """
    return _TEXTS["had"].format(school=school)


def unread(school: str) -> str:
    """A SELECT of how many of those that are shown the caller has not read."""
    return _TEXTS["unread"].format(had=had(school), shows=SHOWS)
