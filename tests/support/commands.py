"""Runs the command `homeroom` as a process, as an operator does."""

import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TextIO

import httpx
from psycopg import sql

from homeroom.api import tokens
from homeroom.database import connect_sync
from homeroom.engine.generations.group import group_name, read_database_id
from homeroom.settings import Settings
from tests.support.environment import environment_of
from tests.support.forking import CAN_FORK, HOMEROOM, Forked
from tests.support.waiting import wait_for

INSTALLED = (str(HOMEROOM),)
TIMEOUT_SECONDS = 900
# As long as the deployment waits before it kills.
STOP_SECONDS = 30


def start(
    settings: Settings | Mapping[str, str],
    *arguments: str,
    program: Sequence[str] = (),
    **streams: Any,
) -> subprocess.Popen[str]:
    """Start a command; `program`: what to run instead of a fork of the interpreter of all.

    `INSTALLED` is the script that users run. `streams` are subprocess's.
    """
    forked = CAN_FORK and not program
    begin = Forked if forked else subprocess.Popen
    return begin(
        [*(program or INSTALLED), *arguments], env=environment(settings), text=True, **streams
    )


def homeroom(
    settings: Settings | Mapping[str, str],
    *arguments: str,
    text: str | None = None,
    program: Sequence[str] = (),
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, with `text` as its standard input."""
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    with start(settings, *arguments, program=program, **pipes) as process:
        try:
            output, errors = process.communicate(text, TIMEOUT_SECONDS)
        except BaseException:
            process.kill()
            raise
    return subprocess.CompletedProcess(process.args, process.returncode, output, errors)


def succeed(settings: Settings | Mapping[str, str], *arguments: str) -> str:
    """What a command prints that must exit with 0."""
    done = homeroom(settings, *arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def environment(settings: Settings | Mapping[str, str]) -> dict[str, str]:
    return environment_of(settings) if isinstance(settings, Settings) else dict(settings)


@contextmanager
def running(
    settings: Settings | Mapping[str, str],
    *arguments: str,
    log: TextIO | None = None,
    program: Sequence[str] = (),
) -> Iterator[subprocess.Popen[str]]:
    """A command that runs until the block ends, or is ended by it. Its errors go to the log.

    It ends in good order: the group of a worker that was killed waits for it for seconds.
    """
    process = start(
        settings,
        *arguments,
        program=program,
        stdout=subprocess.PIPE,
        stderr=log or subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        assert process.stdout is not None
        process.stdout.close()


class Service:
    """A running `homeroom serve`, asked as a teacher's browser would."""

    def __init__(self, settings: Settings, address: str) -> None:
        self._settings = settings
        self.address = address
        self._client = httpx.Client(base_url=address, timeout=30)

    def ask(self, teacher_id: str, path: str, **headers: str) -> httpx.Response:
        """GET one of the teacher's dashboard paths with a token of the teacher's."""
        token = tokens.issue(self._settings, teacher_id, "teacher")
        return self._client.get(
            f"/api/teachers/{teacher_id}/dashboard/{path}",
            headers={"Authorization": f"Bearer {token}", **headers},
        )

    def get(
        self, path: str, params: Mapping[str, str], headers: Mapping[str, str]
    ) -> httpx.Response:
        """GET any path, with these headers and no others of ours."""
        return self._client.get(path, params=params, headers=headers)

    def head(self, path: str, headers: Mapping[str, str]) -> httpx.Response:
        """HEAD of any path."""
        return self._client.head(path, headers=headers)

    def post(self, path: str, body: object, headers: Mapping[str, str]) -> httpx.Response:
        """POST JSON to any path, with these headers and no others of ours."""
        return self._client.post(path, json=body, headers=headers)

    def data(self, teacher_id: str, path: str) -> Any:
        """The `data` of a good answer."""
        answer = self.ask(teacher_id, path)
        assert answer.status_code == 200, answer.text
        return answer.json()["data"]

    def close(self) -> None:
        self._client.close()


@contextmanager
def serving(settings: Settings, log: TextIO | None = None) -> Iterator[Service]:
    """`homeroom serve` on a free port, once it answers. Its errors go to the log."""
    with running(settings.model_copy(update={"port": 0}), "serve", log=log) as process:
        assert process.stdout is not None
        said = process.stdout.readline()
        assert said.startswith("listening on "), said
        service = Service(settings, said.split()[-1])
        try:
            yield service
        finally:
            service.close()


class Tables:
    """The live generation's tables, read by their owner."""

    def __init__(self, settings: Settings) -> None:
        self.connection = connect_sync(settings.database_url, "homeroom tests", autocommit=True)

    @property
    def generation(self) -> str:
        row = self.connection.execute("SELECT schema FROM homeroom.live").fetchone()
        assert row is not None
        return str(row[0])

    def rows(self, table: str, columns: str = "") -> list[tuple[Any, ...]]:
        """All rows, of some columns (by comma) or of all, in their order."""
        names = [sql.Identifier(name.strip()) for name in columns.split(",") if name]
        query = sql.SQL("SELECT {} FROM {}").format(
            sql.SQL(", ").join(names) if names else sql.SQL("*"),
            sql.Identifier(self.generation, table),
        )
        return sorted(self.connection.execute(query).fetchall())

    def applied(self) -> int:
        """How many records of the log the tables hold: the sum of all positions."""
        return sum(offset for (offset,) in self.rows("positions", "next_offset"))

    def wait_until_applied(self, count: int, timeout_seconds: float = 120) -> int:
        return wait_for(lambda: (a := self.applied()) >= count and a, timeout_seconds)

    def close(self) -> None:
        self.connection.close()


def own_group_name(settings: Settings, generation: str) -> str:
    """The consumer group of a generation of the settings' database."""
    with connect_sync(settings.database_url, "tests", autocommit=True) as connection:
        return group_name(settings.topic_prefix, generation, read_database_id(connection))


@contextmanager
def tables_of(settings: Settings) -> Iterator[Tables]:
    """The tables of the settings' database."""
    tables = Tables(settings)
    try:
        yield tables
    finally:
        tables.close()
