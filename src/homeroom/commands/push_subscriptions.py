"""Browsers that people have registered for Web Push."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Literal, get_args

from psycopg import AsyncConnection

from homeroom.commands.student_preferences import read_in
from homeroom.statements import load
from homeroom_kit.contract.notifications import Kind
from homeroom_kit.contract.nudges import NudgeKind

SQL = load("push_subscriptions", __package__)
BROWSERS_MAX = 20
KINDS = {"teacher": list(get_args(Kind)), "student": list(get_args(NudgeKind))}


@dataclass(frozen=True, slots=True)
class BrowserOwner:
    """Whose a browser is, and in which of our languages it is read."""

    role: Literal["teacher", "student"]
    person_id: str
    language: str = "en"


@dataclass(frozen=True, slots=True)
class PushAddress:
    """What a browser says of itself: base64url in ``p256dh`` and ``auth`` (RFC 8291)."""

    endpoint: str
    p256dh: str
    auth: str


async def add_browser(
    connection: AsyncConnection[Any], owner: BrowserOwner, address: PushAddress
) -> None:
    """Registers a browser; of one person the newest BROWSERS_MAX stay. Raises psycopg's errors."""
    person = {"role": owner.role, "person_id": owner.person_id}
    added = person | {
        "id": subscription_id(address.endpoint), "endpoint": address.endpoint,
        "p256dh": address.p256dh, "auth": address.auth,
    }  # fmt: skip
    async with connection.transaction():
        await connection.execute(SQL["add"], added)
        await connection.execute(SQL["keep_newest"], person | {"limit": BROWSERS_MAX})
        wanted = {"person_id": owner.person_id, "kinds": KINDS[owner.role]}
        await connection.execute(SQL[f"want_as_{owner.role}"], wanted)
        await read_in(connection, owner.role, owner.person_id, owner.language)


async def remove_browser(
    connection: AsyncConnection[Any], owner: BrowserOwner, endpoint: str
) -> None:
    """Forgets one of the person's browsers, if it is known. Raises psycopg's errors."""
    person = {"role": owner.role, "person_id": owner.person_id}
    await connection.execute(SQL["remove"], person | {"id": subscription_id(endpoint)})


def subscription_id(endpoint: str) -> str:
    """What the ledger calls a browser, whose address is nobody's to read."""
    return sha256(endpoint.encode()).hexdigest()
