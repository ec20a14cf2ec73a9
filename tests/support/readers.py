"""Dashboards that are read as fast as they answer."""

import itertools
import threading
from collections import defaultdict
from collections.abc import Mapping

from tests.support.commands import Service


class Readers:
    """Threads that read, each teacher's path in turn, until the block ends.

    ``wrong``: answers that were not 200; ``answers``: the different good ones, by teacher.
    """

    def __init__(self, service: Service, paths: Mapping[str, str], count: int) -> None:
        self._service, self._paths = service, paths
        self._ended = threading.Event()
        self._threads = [threading.Thread(target=self._run) for _ in range(count)]
        self.read = 0
        self.wrong: list[str] = []
        self.generations: set[str] = set()
        self.answers: defaultdict[str, set[str]] = defaultdict(set)

    def __enter__(self) -> "Readers":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join()

    def _run(self) -> None:
        for teacher, path in itertools.cycle(self._paths.items()):
            if self._ended.is_set():
                return
            try:
                answer = self._service.ask(teacher, path)
            except Exception as error:  # noqa: BLE001 - any failed read is what this is about
                self.wrong.append(repr(error))
                return
            self.read += 1
            if answer.status_code != 200:
                self.wrong.append(answer.text)
                continue
            self.generations.add(answer.headers["homeroom-generation"])
            self.answers[teacher].add(answer.text)
