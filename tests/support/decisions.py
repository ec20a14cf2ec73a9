"""What operators decide, which no log says and no rebuild may lose."""

from homeroom.settings import Settings
from tests.support.commands import Tables, running, succeed
from tests.support.publishing import publish_teacher
from tests.support.waiting import wait_for

SOMEBODY = "T-GONE"


async def decide(settings: Settings) -> str:
    """A record that cannot be read is discarded, and somebody's tokens are revoked.

    Returns the id of the record's letter.
    """
    partition, offset = await publish_teacher(settings, "T-ODD", value=b"{")
    letter = f"{settings.topic_prefix}people:{partition}:{offset}"
    with running(settings, "worker"):
        wait_for(lambda: letter in succeed(settings, "dead-letters", "list"))
        succeed(settings, "dead-letters", "discard", letter, "--why", "tests", "--yes")
    succeed(settings, "token", "revoke", "--sub", SOMEBODY)
    return letter


def revoked(tables: Tables) -> list[str]:
    """Whose tokens are revoked."""
    rows = tables.connection.execute("SELECT subject FROM homeroom.revoked_subject").fetchall()
    return [subject for (subject,) in rows]
