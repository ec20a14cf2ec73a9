"""Tickets: what stands in an address instead of a token, good once and for seconds.

Addresses end up in logs. The database knows a ticket by its hash, so all instances of the service
know it, and nobody who reads the database can use one.
"""

from dataclasses import dataclass
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any

from psycopg import AsyncConnection

from homeroom.queries.database import ReadScope, TokenIdentity
from homeroom.statements import load

SQL = load("tickets", __package__)
TICKET_SECONDS = 30
BYTES = 32


@dataclass(frozen=True, slots=True)
class Redeemed:
    """Whose ticket it was: the teacher, and what the token says by which that may be revoked.

    ``expires_at_seconds``: when the token does no more, in seconds since 1970.
    """

    teacher_id: str
    token: TokenIdentity
    expires_at_seconds: float


async def issue(
    connection: AsyncConnection[Any], teacher_id: str, token: TokenIdentity,
    expires_at_seconds: float,
) -> str:  # fmt: skip
    """A new ticket of a teacher, for what the token allows. Raises psycopg's errors."""
    ticket = token_urlsafe(BYTES)
    values = {
        "digest": _digest(ticket), "teacher_id": teacher_id, "jti": token.jti,
        "subject": token.subject, "issued_at": token.issued_at, "seconds": TICKET_SECONDS,
        # A token may expire beyond what PostgreSQL calls a time.
        "token_expires_at": min(expires_at_seconds, 2.0**33),
    }  # fmt: skip
    await connection.execute(SQL["issue"], values)
    return ticket


async def redeem(connection: AsyncConnection[Any], ticket: str) -> Redeemed | None:
    """Uses a ticket up; None where there is none, or none any more. Raises psycopg's errors."""
    cursor = await connection.execute(SQL["redeem"], {"digest": _digest(ticket)})
    row = await cursor.fetchone()
    if row is None or not row[5]:
        return None
    teacher_id, jti, subject, issued_at, expires_at_seconds, _ = row
    holder = ReadScope(teacher_id=teacher_id)
    return Redeemed(teacher_id, TokenIdentity(jti, subject, issued_at, holder), expires_at_seconds)


async def prune(connection: AsyncConnection[Any]) -> None:
    """Deletes tickets that nobody used."""
    await connection.execute(SQL["prune"])


def _digest(ticket: str) -> bytes:
    return sha256(ticket.encode("utf-8", "surrogatepass")).digest()
