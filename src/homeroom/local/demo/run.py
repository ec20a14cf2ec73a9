"""One run of the demo, from the start of the servers to their end.

Kafka, PostgreSQL, `homeroom worker` and `homeroom serve` are the real ones, as in production.
"""

import asyncio
import logging
import os
import signal
import time
import urllib.error
import urllib.request
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pydantic import SecretStr

from homeroom.api import tokens
from homeroom.api.pages.signing_in import demo_people_problem
from homeroom.local import cache_folder, components, process
from homeroom.local.children import Children
from homeroom.local.demo import report, state
from homeroom.local.demo.load import Load, cluster_id, load
from homeroom.local.demo.origin import Origin, data_set, empty_if_other
from homeroom.local.demo.students import students_of_year
from homeroom.local.demo.tables import rebuild_if_other
from homeroom.operations.migrating.migrate import migrate
from homeroom.operations.verifying.verify import verify
from homeroom.progress_bars import ProgressBars
from homeroom.readmodel import project_folder, read_model
from homeroom.settings import Settings, get_settings, unknown_variables
from homeroom_kit.errors import HomeroomError

TOKEN_SECONDS = 24 * 3600
SERVICE_TIMEOUT_SECONDS = 60.0
LOOK_SECONDS = 0.2


def run(data: Path | None, *, once: bool) -> int:
    """Run the demo until Ctrl-C or SIGTERM, or ``once``; returns the exit code.

    ``data``: the folder with the files of the data set, or None for those that homeroom ships.
    Once: 1 where a table differs from its definition. Raises HomeroomError where something does
    not start, or ends, and where the folder's files cannot be used.
    """
    settings = get_settings()
    students = students_of_year(data)
    given = state.servers_given(settings, os.environ)
    folder = cache_folder() / "demo"
    # What servers and commands write there, logs and data, is nobody else's to read.
    os.umask(0o077)
    # It warns at each login of a password without TLS, which goes no further than this machine.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    try:
        with state.alone(folder), _signals_interrupt():
            return Demo(folder, settings, data, students, given=given).run(once=once)
    except KeyboardInterrupt:
        return 0


@contextmanager
def _signals_interrupt() -> Iterator[None]:
    """SIGTERM is taken as Ctrl-C is, also where a shell had Ctrl-C ignored in the background."""
    handlers = {
        signal.SIGINT: signal.default_int_handler,
        signal.SIGTERM: lambda *_: signal.raise_signal(signal.SIGINT),
    }
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _ignore_signals() -> None:
    """From here on nothing interrupts us: what ends the processes must come to its end."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)


class Demo:
    """One run, in a folder that is ours alone."""

    def __init__(
        self,
        folder: Path,
        settings: Settings,
        data: Path | None,
        students: Collection[str],
        *,
        given: bool,
    ) -> None:
        self._folder = folder
        self._data, self._students = data, students
        self._given = given
        self._children = Children(folder)
        if not settings.jwt_secret.get_secret_value():
            key = {"jwt_secret": SecretStr(state.secret(folder))}
            settings = settings.model_copy(update=key)
        if "cors_origins" not in settings.model_fields_set:
            settings = settings.model_copy(update={"cors_origins": ",".join(report.PAGES)})
        self._service_key = state.secret(folder, "service-key")
        keys = f"{settings.internal_api_keys.get_secret_value()},demo={self._service_key}"
        publishing = f"{settings.ingestion},demo=*".strip(",")
        settings = settings.model_copy(
            update={"internal_api_keys": SecretStr(keys.strip(",")), "ingestion": publishing}
        )
        self._no_people = demo_people_problem(settings)
        if not self._no_people:
            settings = state.with_people(folder, settings, report.SIGN_INS)
        self._settings = settings
        self._model = read_model(settings)

    def run(self, *, once: bool) -> int:
        """Everything, from the start of the servers to their end; the exit code."""
        began = time.monotonic()
        print("The Open University data set, from events to dashboards", flush=True)
        for sentence in unknown_variables(os.environ):
            _say(f"Warning: {sentence}")
        try:
            self._start_servers()
            generation = self._migrate()
            self._start_children()
            done = self._load(generation)
            self._wait_until_ready()
            print(f"\nReady after {time.monotonic() - began:.1f} s")
            equal = self._say_summary(done, generation, compare=once)
            if once:
                self._ask_once()
                return 0 if equal else 1
            self._say_how_to_use()
            self._stay()
            return 0
        finally:
            _ignore_signals()
            self._stop()

    def _start_servers(self) -> None:
        self._children.end_leftovers()
        if self._given:
            print(f"On your Kafka at {self._settings.kafka_bootstrap_servers}, and your PostgreSQL")
            return
        if differences := empty_if_other(self._folder, Origin.of(self._data)):
            _say(f"The last demo here had {', '.join(differences)}. This one begins anew")
        servers = components.start(self._folder, login=True, say=_say)
        self._settings = state.on_local_servers(self._folder, self._settings, servers)
        self._model = read_model(self._settings)
        _say(f"Kafka and PostgreSQL run; their data are in {self._folder}")

    def _migrate(self) -> str:
        """Prepares database and topics; returns the generation that the demo shows."""
        folder = project_folder("migrations")
        prepared = asyncio.run(migrate(self._settings, self._model, folder))
        for warning in prepared.warnings:
            _say(f"Warning: {warning}")
        if self._given:
            return prepared.generation
        environment = state.environment(self._settings)
        return rebuild_if_other(self._settings.database_url, self._model, environment, _say)

    def _start_children(self) -> None:
        # The preferred port if it is free, or else one that is.
        port = process.choose_port(self._settings.port or None)
        self._settings = self._settings.model_copy(update={"port": port})
        environment = state.environment(self._settings)
        self._children.start("worker", environment)
        self._children.start("serve", environment)

    def _load(self, generation: str) -> Load:
        return asyncio.run(self._load_async(generation))

    async def _load_async(self, generation: str) -> Load:
        log = f"{await cluster_id(self._settings)}/{self._settings.topic_prefix}"
        memory = state.Memory(self._folder, log, data_set(self._data))
        with ProgressBars() as bars:
            return await load(
                self._settings,
                generation,
                memory,
                self._data,
                self._students,
                bars,
                self._children.check,
            )

    def _address(self) -> str:
        """The service as one reaches it from this machine."""
        host = self._settings.host
        everywhere = {"0.0.0.0": "127.0.0.1", "::": "::1"}
        host = everywhere.get(host, host)
        return f"http://{f'[{host}]' if ':' in host else host}:{self._settings.port}"

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + SERVICE_TIMEOUT_SECONDS
        while not _answers(f"{self._address()}/readyz"):
            self._children.check()
            if time.monotonic() > deadline:
                raise HomeroomError(
                    f"`homeroom serve` does not answer at {self._address()}.\n"
                    f"{process.tail(self._children.log('serve'))}"
                )
            time.sleep(LOOK_SECONDS)

    def _say_summary(self, done: Load, generation: str, *, compare: bool) -> bool:
        """Print the summary; whether every table is what its definition says, if compared."""
        compared = verify(self._settings.database_url) if compare else []
        plan = self._model.plan()
        contents = report.contents(self._settings.database_url, generation, plan)
        print(report.summary(done, contents, compared), flush=True)
        folder = None if self._given else self._folder
        if hint := report.old_year(done.year_end, folder):
            _say(hint)
        return not any(table.differs for table in compared)

    def _token(self, who: report.Person) -> str:
        return tokens.issue(self._settings, who.user_id, who.role, expires_in_seconds=TOKEN_SECONDS)

    def _ask_once(self) -> None:
        """Sends the requests that the summary shows to people; raises HomeroomError."""
        requests = [
            (url, {"Authorization": f"Bearer {self._token(who)}"})
            for who in report.PEOPLE for url in who.urls(self._address())
        ]  # fmt: skip
        class_info = f"{self._address()}{report.CLASS_INFO}"
        for url, headers in (*requests, (class_info, report.service_headers(self._service_key))):
            try:
                print(f"\nGET {url}\n{report.ask_with(url, headers)}")
            except OSError as error:
                raise HomeroomError(f"The service does not answer {url}: {error}") from error

    def _say_how_to_use(self) -> None:
        exports = self._folder / "env.sh"
        settings = state.environment(self._settings)
        names = ("DATABASE_URL", "TOPIC_PREFIX", "JWT_SECRET", "CORS_ORIGINS")
        variables = {f"HOMEROOM_{name}": settings[f"HOMEROOM_{name}"] for name in names}
        # Each command's own login; the owner's is for `migrate` alone.
        variables |= state.own_databases(self._settings)
        variables |= state.logins(self._settings)
        tokens_of = {who: self._token(who) for who in report.PEOPLE}
        if not self._given:
            variables |= state.own_servers(self._settings)
        variables["DEMO_URL"] = self._address()
        variables["DEMO_HABIT_ID"] = report.HABIT_ID
        variables["DEMO_BATCH_ID"] = report.BATCH_ID
        variables["DEMO_SERVICE_KEY"] = self._service_key
        variables |= {who.variable: token for who, token in tokens_of.items()}
        state.write_exports(exports, variables)
        said = report.how_to_use(
            self._address(), tokens_of, self._service_key, exports, self._no_people
        )
        print(said, flush=True)

    def _stay(self) -> None:
        """Until a signal; raises ChildEnded if worker or service end before."""
        while True:
            self._children.check()
            time.sleep(LOOK_SECONDS)

    def _stop(self) -> None:
        # Where nobody reads us any more, as behind `| head`, all of it must end nevertheless.
        with suppress(OSError):
            print("\nStopping", flush=True)
        self._children.stop()
        if not self._given:
            components.stop(self._folder)


def _say(line: str) -> None:
    print(line, flush=True)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=SERVICE_TIMEOUT_SECONDS):
            return True
    except (urllib.error.URLError, OSError):
        return False
