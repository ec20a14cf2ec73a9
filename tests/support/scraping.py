"""Asks a worker's own port, as a scraper and a probe do."""

import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import httpx
from prometheus_client.parser import text_string_to_metric_families

from homeroom.settings import Settings
from tests.support.commands import running
from tests.support.waiting import wait_for

Labels = frozenset[tuple[str, str]]


class Port:
    """A running worker's port."""

    def __init__(self, number: int) -> None:
        self._client = httpx.Client(base_url=f"http://127.0.0.1:{number}", timeout=60)

    def ask(self, path: str) -> httpx.Response:
        return self._client.get(path)

    def listens(self) -> bool:
        try:
            return self.ask("/healthz").status_code == 200
        except httpx.TransportError:
            return False

    def ready(self) -> bool:
        return self.ask("/readyz").status_code == 200

    def scrape(self) -> Mapping[str, Mapping[Labels, float]]:
        """Every sample, by name and labels."""
        found: dict[str, dict[Labels, float]] = {}
        for family in text_string_to_metric_families(self.ask("/metrics").text):
            for sample in family.samples:
                found.setdefault(sample.name, {})[frozenset(sample.labels.items())] = sample.value
        return found

    def value(self, name: str, **labels: str) -> float | None:
        """One sample, or None where there is no such."""
        return self.scrape().get(name, {}).get(frozenset(labels.items()))

    def close(self) -> None:
        self._client.close()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@contextmanager
def watched_worker(settings: Settings) -> Iterator[Port]:
    """`homeroom worker` with a port, once that answers."""
    number = free_port()
    port = Port(number)
    with running(settings.model_copy(update={"metrics_port": number}), "worker"):
        try:
            wait_for(port.listens, 30)
            yield port
        finally:
            port.close()
