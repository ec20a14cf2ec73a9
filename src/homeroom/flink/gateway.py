"""Flink's SQL gateway, by its REST interface (version 2)."""

import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from homeroom.errors import FlinkRefused
from homeroom.flink.script import Script

POLL_SECONDS = 0.05
# To plan all tables takes half a minute.
TIMEOUT_SECONDS = 300.0
_CAUSE = re.compile(r"^(?:Caused by: )?[\w.$]+(?:Exception|Error): .+", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Job:
    """A submitted job: its id, and the page that shows it where the cluster says its address."""

    id: str
    page: str


class Gateway:
    """A session with a gateway. Its statements may hold secrets, so no error quotes one."""

    def __init__(self, url: str, settings: Mapping[str, str]) -> None:
        self._client = httpx.Client(base_url=f"{url.rstrip('/')}/v2", timeout=TIMEOUT_SECONDS)
        self._url = url
        body = {"properties": dict(settings)}
        self._session = self._asked("POST", "/sessions", body)["sessionHandle"]

    def close(self) -> None:
        self._asked("DELETE", f"/sessions/{self._session}")
        self._client.close()

    def execute(self, statement: str) -> dict[str, Any]:
        """Runs a statement to its end, a job to its start; returns the first part of its result.

        Raises FlinkRefused with what Flink says.
        """
        at = f"/sessions/{self._session}"
        operation = self._asked("POST", f"{at}/statements", {"statement": statement})
        at = f"{at}/operations/{operation['operationHandle']}"
        while self._asked("GET", f"{at}/status")["status"] in ("INITIALIZED", "PENDING", "RUNNING"):
            time.sleep(POLL_SECONDS)
        return self._asked("GET", f"{at}/result/0")

    def address_of_cluster(self) -> str:
        """Where the session's cluster shows its pages."""
        found = self._asked("GET", f"/sessions/{self._session}")["properties"]
        host, port = found.get("rest.address"), found.get("rest.port", "8081")
        return f"http://{host}:{port}" if host else ""

    def _asked(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        try:
            answer = self._client.request(method, path, json=body)
        except httpx.HTTPError as error:
            raise FlinkRefused(
                f"Flink's SQL gateway at {self._url} does not answer: {error}. "
                "Start it with `bin/sql-gateway.sh start`, or give its address with --gateway."
            ) from None
        if answer.is_error:
            raise FlinkRefused(f"Flink's SQL gateway refuses: {_cause(answer)}")
        found: dict[str, Any] = answer.json()
        return found


@contextmanager
def session(url: str, settings: Mapping[str, str]) -> Iterator[Gateway]:
    """A session that ends with the block."""
    gateway = Gateway(url, settings)
    try:
        yield gateway
    finally:
        gateway.close()


def submit(url: str, script: Script) -> Job:
    """Starts the job of a script; raises FlinkRefused."""
    with session(url, script.settings) as gateway:
        for statement in script.statements:
            gateway.execute(statement)
        job = str(gateway.execute(script.job)["jobID"])
        at = gateway.address_of_cluster()
        return Job(job, f"{at}/#/job/running/{job}" if at else "")


def check(url: str, script: Script) -> str:
    """Has Flink plan a script without running it, and returns the plan; raises FlinkRefused."""
    with session(url, script.settings) as gateway:
        for statement in script.statements:
            gateway.execute(statement)
        rows = gateway.execute(script.explain)["results"]["data"]
        return "\n".join(str(value) for row in rows for value in row["fields"])


def _cause(answer: httpx.Response) -> str:
    """The innermost reason of an error, without the stack."""
    try:
        text = "\n".join(answer.json()["errors"])
    except (ValueError, KeyError, TypeError):
        return f"HTTP {answer.status_code}"
    causes = _CAUSE.findall(text)
    return causes[-1].removeprefix("Caused by: ") if causes else text[:500]
