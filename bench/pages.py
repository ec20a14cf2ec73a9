"""How fast pages are, and how large: each beside the API's endpoint of the same data, in the same
run.

Time to first byte is that of one browser that asks again and again over one connection, and gets
what it asked for whole each time; page and endpoint are asked in turns. The first view is what a
browser that was never there gets from the service until the page has loaded, as it goes over the
wire. A page is in it once, and each of its scripts, style sheets and pictures.

    python -m bench.pages [--students 100000] [--requests 200]

The data are those of `bench.reads`, a teacher who has all students, and then those of
`bench.schools`, a teacher of twenty schools of which one has 5,000 students.
"""

import argparse
import asyncio
import http.client
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import NamedTuple

from playwright.sync_api import Browser, sync_playwright
from pydantic import SecretStr

from bench.reads import TEACHER, fill
from bench.schools import fill as fill_schools
from bench.servers import SECRET, running, servers
from homeroom.api import tokens
from homeroom.operations.migrating.migrate import migrate
from homeroom.readmodel import project_folder, read_model
from homeroom.settings import Settings
from tests.support.browser import chromium
from tests.support.browser.looking import looking
from tests.support.browser.people import SignedIn
from tests.support.browser.signing_in import cookie_of, pages_on
from tests.support.browser.visits import VISITS, Visit

# Those of the people of VISITS who are in the data, and what they look at.
PEOPLE = {
    "teacher": SignedIn(TEACHER, "teacher"),
    "student": SignedIn("S3001", "student"),
    "admin": SignedIn("A1", "admin"),
    "operator": SignedIn("X1", "operator"),
}
IDS = {"teacher_id": TEACHER, "student_id": "S3001", "class_id": "C30"}
OF_SCHOOLS = {"teacher of two schools": SignedIn("T1", "teacher")}
SCHOOL_IDS = {"school_id": "O1"}
WARM_REQUESTS = 20
# Whose user asks: a page goes out compressed.
AS_A_BROWSER = {"Accept-Encoding": "gzip", "Sec-Fetch-Site": "none"}


class NotShown(Exception):
    """The data have no such page for the person."""


class Weight(NamedTuple):
    """What a browser that was never there gets: bytes of the page, of all, and how many answers."""

    page: int
    first_view: int
    answers: int


def first_bytes(
    port: int, requests: Mapping[str, Mapping[str, str]], count: int
) -> dict[str, list[float]]:
    """Milliseconds until the first byte of each path, with its headers, asked in turns."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    spent: dict[str, list[float]] = {path: [] for path in requests}
    for number in range(WARM_REQUESTS + count):
        for path, headers in requests.items():
            began = time.perf_counter()
            connection.request("GET", path, headers={**AS_A_BROWSER, **headers})
            answer = connection.getresponse()
            took = 1000 * (time.perf_counter() - began)
            answer.read()
            if answer.status != 200:
                connection.close()
                raise NotShown(f"{path} answers {answer.status}")
            if number >= WARM_REQUESTS:
                spent[path].append(took)
    connection.close()
    return spent


def weigh(browser: Browser, address: str, path: str, who: SignedIn) -> Weight:
    """By the browser's own count of what came over the wire, heads included."""
    sizes: dict[str, int] = {}
    with looking(browser, [address]) as found:
        found.enter(*cookie_of(who))
        page = found.context.new_page()
        session = found.context.new_cdp_session(page)
        session.send("Network.enable")
        order: list[str] = []
        session.on("Network.responseReceived", lambda event: order.append(event["requestId"]))
        session.on(
            "Network.loadingFinished",
            lambda event: sizes.update({event["requestId"]: int(event["encodedDataLength"])}),
        )
        page.goto(path, wait_until="load")
        return Weight(sizes[order[0]], sum(sizes.values()), len(sizes))


def _report(visit: Visit, spent: Mapping[str, list[float]], path: str, weight: Weight) -> None:
    p50, p95 = statistics.median(spent[path]), statistics.quantiles(spent[path], n=20)[-1]
    against = "                         "
    if len(spent) > 1:
        of_endpoint = statistics.median(next(v for k, v in spent.items() if k != path))
        against = f"endpoint {of_endpoint:6.1f} ms  {p50 / of_endpoint:4.1f}x"
    print(
        f"{visit.name:28} p50 {p50:6.1f} ms  p95 {p95:6.1f} ms  {against}  "
        f"page {weight.page / 1000:5.1f} kB  "
        f"first view {weight.first_view / 1000:5.1f} kB in {weight.answers} answers",
        flush=True,
    )


def measure(
    settings: Settings, port: int, requests: int,
    people: Mapping[str, SignedIn], ids: Mapping[str, str],
) -> None:  # fmt: skip
    """A line for each page of these people."""
    with _browser() as browser:
        for visit in VISITS:
            who = people.get(visit.person or "")
            if who is None or visit.status != 200:
                continue
            path = visit.path.format(**ids)
            name, value = cookie_of(who)
            asked: dict[str, Mapping[str, str]] = {path: {"Cookie": f"{name}={value}"}}
            if visit.endpoint is not None:
                token = tokens.issue(settings, who.sub, who.role)
                bearer = {"Authorization": f"Bearer {token}"}
                asked[visit.endpoint.format(**ids)] = bearer
            try:
                spent = first_bytes(port, asked, requests)
            except NotShown as error:
                print(f"{visit.name:28} {error}", flush=True)
                continue
            _report(visit, spent, path, weigh(browser, f"http://127.0.0.1:{port}", path, who))


@contextmanager
def _browser() -> Iterator[Browser]:
    with sync_playwright() as playwright, chromium.find().running(playwright) as browser:
        yield browser


@contextmanager
def _service(fill_tables: Callable[[Settings], None]) -> Iterator[tuple[Settings, int]]:
    """A query service on tables of its own, and its port."""
    with servers(2) as unset:
        secret = {"jwt_secret": SecretStr(SECRET), "port": 0}
        settings = pages_on(unset.model_copy(update=secret), "")
        asyncio.run(migrate(settings, read_model(settings), project_folder("migrations")))
        began = time.monotonic()
        fill_tables(settings)
        print(f"Filled in {time.monotonic() - began:.0f} s", flush=True)
        with running(settings, "serve") as service:
            assert service.stdout is not None
            yield settings, int(service.stdout.readline().rsplit(":", 1)[1])


def run(students: int, requests: int) -> None:
    with _service(lambda settings: fill(settings, students, only_lists=False)) as (settings, port):
        measure(settings, port, requests, PEOPLE, IDS)
    with _service(fill_schools) as (settings, port):
        measure(settings, port, requests, OF_SCHOOLS, SCHOOL_IDS)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--students", type=int, default=100_000)
    parser.add_argument("--requests", type=int, default=200)
    given = parser.parse_args()
    run(given.students, given.requests)


if __name__ == "__main__":
    main()
