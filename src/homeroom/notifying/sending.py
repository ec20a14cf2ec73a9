"""Makes deliveries that are due, several at a time, and notes what became of each."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from time import monotonic

import psycopg
import structlog

from homeroom.notifying.deliveries import (
    ClaimLost,
    Delivery,
    DeliveryProblem,
    NeverAgain,
    NotWanted,
    OutcomeUnknown,
    Sender,
    SubscriptionGone,
    TryAgain,
)
from homeroom.notifying.ledger import Ledger
from homeroom.notifying.monitoring import DeliveryObserver
from homeroom.notifying.quiet_hours import quiet_until
from homeroom.settings import Settings
from homeroom_kit.errors import HomeroomError
from homeroom_kit.tasks import backoff_seconds, was_cancelled

# Of each channel, so that a mail server that is slow keeps no push waiting.
AT_ONCE_MAX = 16
# How often it looks for deliveries whose time has come, and for those that somebody left behind.
IDLE_SECONDS = 0.5
RECOVER_SECONDS = 1.0
PRUNE_SECONDS = 60.0
RETRY_SECONDS_MAX = 3_600.0
TROUBLE = (psycopg.Error, HomeroomError, OSError)

log = structlog.get_logger(__name__)


def utc_now() -> datetime:
    """The time now."""
    return datetime.now(UTC)


class Dispatcher:
    """Addresses messages, claims deliveries and makes them; `run` goes on until it is cancelled."""

    def __init__(
        self,
        settings: Settings,
        ledger: Ledger,
        senders: Mapping[str, Sender],
        observer: DeliveryObserver,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._settings, self._ledger, self._senders = settings, ledger, senders
        self._observer, self._clock = observer, clock
        # With the channel of each.
        self._under_way: dict[asyncio.Task[None], str] = {}
        self._woken = asyncio.Event()
        self._due = {"recover": 0.0, "prune": 0.0}
        self._failures = 0
        self.trouble = ""

    def wake(self) -> None:
        """There is something new."""
        self._woken.set()

    async def run(self) -> None:
        """Delivers; tries again after every error, of which the first is logged."""
        while True:
            try:
                busy = await self._look()
            except (Exception, asyncio.CancelledError) as error:
                if was_cancelled():
                    raise
                self.note_trouble(error)
                await asyncio.sleep(backoff_seconds(self._failures))
                continue
            if self.trouble:
                log.info("delivering again")
            self.trouble, self._failures = "", 0
            if not busy:
                await self._rest()

    async def drain(self, seconds: float) -> None:
        """Lets what is under way end, for so long; what does not is somebody else's then."""
        if self._under_way:
            await asyncio.wait([*self._under_way], timeout=seconds)
        for task in [*self._under_way]:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)

    async def _look(self) -> bool:
        """Returns whether there may be more to do at once."""
        self._woken.clear()
        if self._is_due("recover", RECOVER_SECONDS):
            for channel, state in await self._ledger.recover():
                self._observer.recovered(channel, state)
                log.warning("delivery of a notifier that is gone", channel=channel, now=state)
        if self._is_due("prune", PRUNE_SECONDS):
            await self._ledger.prune(self._settings.notify_retention_days)
        addressed = await self._ledger.address()
        self._observer.addressed(addressed)
        begun = [await self._begin(channel) for channel in self._senders]
        return bool(addressed) or any(begun)

    async def _begin(self, channel: str) -> bool:
        """Begins deliveries of a channel that are due; whether there may be more, with room."""
        room = AT_ONCE_MAX - list(self._under_way.values()).count(channel)
        claimed = await self._ledger.claim(room, channel) if room else []
        for delivery in claimed:
            task = asyncio.create_task(self._deliver(delivery), name=f"deliver {delivery.id}")
            self._under_way[task] = channel
            task.add_done_callback(self._ended)
        return 0 < len(claimed) < room

    async def _rest(self) -> None:
        # In Python 3.11 `wait_for` may swallow that its caller is cancelled.
        with suppress(TimeoutError):
            async with asyncio.timeout(IDLE_SECONDS):
                await self._woken.wait()

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._under_way.pop(task, None)
        self._woken.set()
        if not task.cancelled() and (error := task.exception()):
            # What it had claimed is taken back when its claim is over.
            log.error("delivery ended", error=str(error), error_type=type(error).__name__)

    def _is_due(self, what: str, every_seconds: float) -> bool:
        if monotonic() < self._due[what]:
            return False
        self._due[what] = monotonic() + every_seconds
        return True

    def note_trouble(self, error: BaseException) -> None:
        """Notes that nothing can be done now, such as without the database, and logs it once."""
        self._failures += 1
        kind = type(error).__name__
        if self.trouble != kind:
            # Of what nobody foresaw, where it was.
            bug = None if isinstance(error, TROUBLE) else error
            text = str(error).strip()
            log.warning("not delivering, trying again", error=text, error_type=kind, exc_info=bug)
        self.trouble = kind

    async def _deliver(self, delivery: Delivery) -> None:
        now = self._clock()
        if (why := _unwanted(delivery, now)) is not None:
            await self._note(delivery, NotWanted(why))
            return
        until = quiet_until(now, delivery.time_zone, delivery.quiet_from, delivery.quiet_until)
        if until is not None:
            await self._insist(
                lambda: self._postpone(delivery, until, "quiet hours", counted=False)
            )
            self._observer.ended(delivery, "waits")
            return
        problem = await self._attempt(delivery)
        if problem is None:
            await self._insist(lambda: self._ledger.sent(delivery, self._clock()))
            self._observer.ended(delivery, "sent")
        elif isinstance(problem, DeliveryProblem):
            await self._note(delivery, problem)

    async def _attempt(self, delivery: Delivery) -> DeliveryProblem | ClaimLost | None:
        """Sends, and says why it did not arrive, if it did not."""
        under_way = False

        async def begin() -> None:
            nonlocal under_way
            await self._ledger.begin_sending(delivery)
            under_way = True

        with self._observer.attempt(delivery) as attempt:
            try:
                await self._senders[delivery.channel].send(delivery, begin)
            except ClaimLost as lost:
                return lost
            except DeliveryProblem as error:
                attempt.failed(error)
                return error
            except Exception as error:  # noqa: BLE001 - what one message meets must not stop others
                said = f"{type(error).__name__}: {str(error).strip()}"
                problem = OutcomeUnknown(said) if under_way else TryAgain(said)
                attempt.failed(problem)
                return problem
        return None

    async def _note(self, delivery: Delivery, problem: DeliveryProblem) -> None:
        text = str(problem)
        if isinstance(problem, TryAgain) and delivery.attempts < self._settings.notify_attempts_max:
            pause = max(self._pause_seconds(delivery.attempts), problem.after_seconds)
            due_at = self._clock() + timedelta(seconds=pause)
            await self._insist(lambda: self._postpone(delivery, due_at, text, counted=True))
            self._observer.ended(delivery, "retried")
            return
        state = _state_after(problem)
        if isinstance(problem, SubscriptionGone):
            await self._insist(lambda: self._ledger.forget_subscription(delivery))
        await self._insist(lambda: self._ledger.end(delivery, state, text))
        self._observer.ended(delivery, state)
        if state != "passed_over":
            log.warning("not delivered", delivery=str(delivery.id), state=state, problem=text)

    async def _postpone(
        self, delivery: Delivery, due_at: datetime, problem: str, *, counted: bool
    ) -> None:
        await self._ledger.postpone(delivery, due_at, problem, counted=counted)

    def _pause_seconds(self, attempts: int) -> float:
        doubled = self._settings.notify_retry_seconds * 2.0 ** min(attempts - 1, 20)
        return min(doubled, RETRY_SECONDS_MAX)

    async def _insist(self, note: Callable[[], object]) -> None:
        """Notes what is known, however often the database must be asked. Raises DataError."""
        failures = 0
        while True:
            try:
                await note()  # type: ignore[misc]
            except psycopg.DataError:
                # It would be refused each time.
                raise
            except TROUBLE as error:
                failures += 1
                self.note_trouble(error)
                await asyncio.sleep(backoff_seconds(failures))
            else:
                return


def _unwanted(delivery: Delivery, now: datetime) -> str | None:
    """Why nobody needs it any more."""
    if delivery.expires_at is not None and delivery.expires_at <= now:
        return "expired: its time was over before it could be sent"
    if delivery.name is None:
        return "unknown_person: nobody of this id is registered"
    if not delivery.wanted:
        return "not_chosen: the person does not want this over this channel any more"
    return None


def _state_after(problem: DeliveryProblem) -> str:
    match problem:
        case NotWanted():
            return "passed_over"
        case OutcomeUnknown():
            return "uncertain"
        case NeverAgain() | TryAgain():
            return "failed"
    raise AssertionError(problem)
