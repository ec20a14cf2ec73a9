"""Whoever cannot use a mouse, or see, can use every page, in both schemes and at all widths; and
whoever has a slow line does not wait for long."""

from collections.abc import Callable, Iterator, Sequence

import pytest
from playwright.sync_api import Page, Response

from homeroom.settings import Settings
from tests.support.browser import school
from tests.support.browser.axe import SCHEMES, Scheme, axe_in
from tests.support.browser.signing_in import pages_on
from tests.support.browser.visits import VISITS, Visit
from tests.support.commands import Service, serving
from tests.support.strength import STRENGTH, thinned

NARROW, WIDE = 360, 3840
FIRST_VIEW_BYTES_MAX = 100_000
# One of each kind: cards, lists, boards, grids, forms, reports, the console, what is no page.
FEW_VISITS = {
    "teacher", "school", "marks", "student-report", "student-missions", "console", "sign-in",
    "missing", "styleguide",
}  # fmt: skip


@pytest.fixture(scope="module")
def demo_service(school_settings: Settings) -> Iterator[Service]:
    """A running `homeroom serve` over the same school, where the demo's people sign in."""
    without_provider = school_settings.model_copy(update={"oidc_issuer": ""})
    with serving(pages_on(without_provider, "")) as service:
        yield service


@pytest.fixture
def site(request: pytest.FixtureRequest, visit: Visit) -> Service:
    """The service that has the page."""
    service: Service = request.getfixturevalue("demo_service" if visit.in_demo else "service")
    return service


def schemes_of(visit: Visit) -> Sequence[Scheme]:
    """Both; in a quick run one and the other by turns, but both of the style guide, which shows
    every component that pages are made of.
    """
    if STRENGTH != "quick" or visit.in_demo:
        return SCHEMES
    return (SCHEMES[VISITS.index(visit) % len(SCHEMES)],)


@pytest.mark.parametrize(
    "visit",
    thinned(VISITS, lambda visit: visit.name in FEW_VISITS),
    ids=[visit.name for visit in VISITS],
)
def test_everybody_can_use_the_page(new_page: Callable[..., Page], visit: Visit) -> None:
    expected = (f"status of {visit.status}",) if visit.status != 200 else ()
    page = new_page(visit.person, allowed=expected)
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))
    answer = page.goto(visit.path.format(**school.IDS))
    assert answer is not None
    assert answer.status == visit.status
    # What comes later, such as streams and what is asked again and again, is no part of it.
    first_view = list(answers)

    found = axe_in(schemes_of(visit), page)
    for width in (NARROW, WIDE):
        page.set_viewport_size({"width": width, "height": 800})
        needed = page.evaluate("() => document.documentElement.scrollWidth")
        found += [f"needs {needed} of {width} pixels"] if needed > width else []
    assert not found, "\n".join(found)

    sizes = {
        one.url: _bytes_of(one) for one in first_view if not one.request.is_navigation_request()
    }
    total = sum(sizes.values()) + _bytes_of(answer)
    assert total < FIRST_VIEW_BYTES_MAX, f"{total} bytes: {sizes}"


def _bytes_of(answer: Response) -> int:
    """As they went over the wire, heads included; what has not ended yet counts nothing."""
    if answer.headers.get("content-type", "").startswith("text/event-stream"):
        return 0
    sizes = answer.request.sizes()
    return sizes["responseBodySize"] + sizes["responseHeadersSize"]
