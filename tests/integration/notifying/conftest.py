"""A mail server, a receiver of webhooks and pushes, and a school whose tables are empty.

All tests of the folder share them and their event loop.
"""

import secrets
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from homeroom.local.components import Components, drop_database
from homeroom.readmodel import read_model
from homeroom.settings import Settings
from tests.support.feed import Feed
from tests.support.live import wipe
from tests.support.notifier import SECRET, School, notifier_settings
from tests.support.post_office import Mailbox, Receiver, mailbox, receiver
from tests.support.templates import create_prepared

LOOP = "package"
KEPT = (
    "message", "delivery", "push_subscription", "student_notification_preference", "quiet_hours",
    "person_language",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Has all tests of this folder run in the loop of what they share."""
    for item in items:
        if item.path.parent.name == "notifying":
            item.add_marker(pytest.mark.asyncio(loop_scope=LOOP), append=False)


@pytest.fixture(scope="package")
def database_url(components: Components) -> Iterator[str]:
    """A prepared database."""
    name = f"notifying_{secrets.token_hex(6)}"
    yield create_prepared(components.database_url, name)
    drop_database(components.database_url, name)


@pytest_asyncio.fixture(scope="package", loop_scope=LOOP)
async def writing(database_url: str) -> AsyncIterator[Feed]:
    """What writes the read model."""
    feed = await Feed.open(database_url, read_model(Settings(database_url=database_url)))
    yield feed
    await feed.close()


@pytest.fixture(scope="package")
def _mailbox() -> Iterator[Mailbox]:
    with mailbox() as box:
        yield box


@pytest.fixture(scope="package")
def _receiver() -> Iterator[Receiver]:
    with receiver() as kept:
        yield kept


@pytest.fixture
def mails(_mailbox: Mailbox) -> Mailbox:
    """The mail server, empty."""
    fresh = Mailbox()
    _mailbox.mails.clear()
    _mailbox.verdict, _mailbox.before_answer = fresh.verdict, fresh.before_answer
    return _mailbox


@pytest.fixture
def hooks(_receiver: Receiver) -> Receiver:
    """The receiver of webhooks and pushes, empty."""
    _receiver.requests.clear()
    _receiver.verdict, _receiver.body = Receiver().verdict, Receiver().body
    return _receiver


@pytest_asyncio.fixture(loop_scope=LOOP)
async def school(writing: Feed) -> School:
    """Nobody is there yet, and nothing was said."""
    await wipe(writing)
    for table in KEPT:
        await writing.writer.connection.execute(f"DELETE FROM homeroom.{table}".encode())  # noqa: S608
    return School(writing)


@pytest.fixture
def settings(database_url: str, mails: Mailbox, hooks: Receiver) -> Settings:
    """Settings of a notifier with e-mail and webhooks."""
    return notifier_settings(
        Settings(database_url=database_url),
        smtp_host="127.0.0.1", smtp_port=mails.port,
        email_from="Our school <no-reply@school.example>",
        webhook_url=f"{hooks.address}/hook", webhook_secret=_secret(),
        notify_links="https://school.example",
    )  # fmt: skip


def _secret() -> object:
    from pydantic import SecretStr

    return SecretStr(SECRET)
