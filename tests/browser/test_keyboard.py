"""Pages are used without a mouse: by Tab alone, and each step can be seen."""

from collections.abc import Callable

from playwright.sync_api import Page

from tests.support.browser.looking import View

STEPS_MAX = 100
# What has the focus: its text, where it is, and whether its outline can be seen.
FOCUSED = """() => {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  const style = getComputedStyle(element), box = element.getBoundingClientRect();
  return {
    text: (element.getAttribute("aria-label") || element.innerText || element.id).trim(),
    outlined: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    shown: box.width > 0 && box.height > 0 && box.right > 0 && box.left < innerWidth
      && box.bottom > 0 && box.top < innerHeight,
  };
}"""
INTERACTIVE = "a[href], button, input:not([type=hidden]), select, summary, [tabindex='0']"


def _walk(page: Page) -> list[dict[str, object]]:
    """What gets the focus, step by step, until the document's end."""
    steps = []
    for _ in range(STEPS_MAX):
        page.keyboard.press("Tab")
        found = page.evaluate(FOCUSED)
        if found is None:
            break
        steps.append(found)
    return steps


def test_tab_leads_through_everything_that_can_be_used(new_page: Callable[..., Page]) -> None:
    page = new_page("admin", View(width=360))
    page.goto("/admin/assignments?user_id=T-1")
    page.get_by_role("table", name="Teachers and their assignments").wait_for()
    steps = _walk(page)
    assert steps[0]["text"] == "Skip to the content"
    unseen = [step["text"] for step in steps if not (step["outlined"] and step["shown"])]
    assert not unseen
    assert len(steps) == page.locator(INTERACTIVE).filter(visible=True).count()


def test_the_first_step_leads_past_the_menu(new_page: Callable[..., Page]) -> None:
    page = new_page("teacher")
    page.goto("/teacher")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    inside = "() => document.querySelector('main').contains(document.activeElement)"
    assert page.evaluate(inside)


def test_nothing_moves_for_whoever_wants_that(new_page: Callable[..., Page]) -> None:
    page = new_page("teacher")
    page.goto("/teacher")
    moving = """() => [...document.querySelectorAll("*")].filter(element => {
      const style = getComputedStyle(element);
      return parseFloat(style.transitionDuration) > 0 || style.animationName !== "none"
        || style.scrollBehavior === "smooth";
    }).map(element => element.tagName)"""
    page.emulate_media(reduced_motion="no-preference")
    assert page.evaluate(moving), "the test would not see what moves"
    page.emulate_media(reduced_motion="reduce")
    assert page.evaluate(moving) == []
