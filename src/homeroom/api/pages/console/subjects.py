"""A subject's life: found by entity and id, read from the log while the page waits."""

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from homeroom.api.pages.console.jobs import BackgroundJob
from homeroom.api.pages.console.state import OperatorsConsole, admitted
from homeroom.api.pages.site import page_router
from homeroom.operations.explain.life import SubjectLife, subject_life

LIFE = "life"
SECONDS_MAX = 30.0
STEPS_MAX = 100
router = page_router()


@router.get("/console/subjects")
async def search(request: Request) -> Response:
    """To the subject that the form names, or the form alone."""
    site, console, _ = await admitted(request)
    entity = request.query_params.get("entity", "").strip()
    key = request.query_params.get("key", "").strip()
    if entity and key:
        root_path = request.scope.get("root_path", "")
        path = f"/console/subjects/{quote(entity, safe='')}/{quote(key)}"
        return RedirectResponse(root_path + path, 303)
    entities = sorted(console.model.catalog.entity_by_name)
    return site.page(request, "console/search.html", entities=entities, entity=entity, key=key)


@router.get("/console/subjects/{entity}/{key:path}")
async def subject(request: Request, entity: str, key: str) -> Response:
    """A subject's life; while it is being read the page asks again."""
    site, console, _ = await admitted(request)
    part = request.headers.get("HX-Target") == "life"
    job = _job(console, entity, key, anew=not part)
    life: SubjectLife | None = job.result if job is not None else None
    page = _page(request, life)
    steps = list(life.steps[(page - 1) * STEPS_MAX : page * STEPS_MAX]) if life else []
    return site.page(
        request, "console/life.html" if part else "console/subject.html",
        entity=entity, key=key, job=job, life=life, steps=steps, page=page,
        pages=-(-len(life.steps) // STEPS_MAX) if life else 1,
        entities=sorted(console.model.catalog.entity_by_name),
    )  # fmt: skip


def _page(request: Request, life: SubjectLife | None) -> int:
    text = request.query_params.get("page", "1")
    wanted = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 1
    last = -(-len(life.steps) // STEPS_MAX) if life and life.steps else 1
    return max(1, min(wanted, last))


def _job(console: OperatorsConsole, entity: str, key: str, *, anew: bool) -> BackgroundJob | None:
    """The reading of this subject; None while that of another one is under way."""
    name = f"{entity}/{key}"
    job = console.jobs.find(LIFE, name)
    if job is not None and (job.running or not anew):
        return job
    if console.jobs.running(LIFE) is not None:
        return None
    reading = subject_life(console.settings, console.model, entity, key, SECONDS_MAX)
    return console.jobs.start(LIFE, name, reading, SECONDS_MAX + 5)
