"""The console itself: everything that an operator looks at first, and its parts as they change."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from homeroom.api.pages.console.flow import (
    ENTITY,
    HEIGHT,
    TOPIC,
    WIDTH,
    FlowNode,
    drawing_of,
    graph_of,
)
from homeroom.api.pages.console.generations import generations_seen
from homeroom.api.pages.console.lag import LINE_HEIGHT, LINE_WIDTH, TopicLag, topic_lags
from homeroom.api.pages.console.letters import letters_seen
from homeroom.api.pages.console.reading import console_part
from homeroom.api.pages.console.state import (
    OperatorsConsole,
    VerifiedTable,
    admitted,
)
from homeroom.api.pages.console.verify import VERIFY
from homeroom.api.pages.parts import PagePart
from homeroom.api.pages.site import page_router

router = page_router()


@dataclass(frozen=True, slots=True)
class NodeFigures:
    """What stands in a node. ``verified``: None where nobody has verified it."""

    node: FlowNode
    x: int
    y: int
    rate: float | None
    rows: int | None
    level: str
    seconds: float | None
    verified: VerifiedTable | None = None

    @property
    def drift(self) -> int | None:
        """The rows that differed when it was verified."""
        return self.verified.differing if self.verified else None


@router.get("/console")
async def operators_console(request: Request) -> Response:
    """The whole page."""
    site, console, _ = await admitted(request)
    return site.page(
        request, "console/board.html",
        deed=console.deed(request.query_params.get("done", "")),
        entities=sorted(console.model.catalog.entity_by_name),
        tables=sorted(console.model.definitions),
        job=console.jobs.find(VERIFY), **await board_parts(console),
    )  # fmt: skip


@router.get("/console/live")
async def console_as_it_is_now(request: Request) -> Response:
    """The parts that change by themselves."""
    site, console, _ = await admitted(request)
    return site.page(request, "console/live.html", **await board_parts(console))


async def board_parts(console: OperatorsConsole) -> dict[str, Any]:
    """What the live parts show."""
    status, figures, letters, generations = await asyncio.gather(
        console_part(console.status.current()),
        console_part(console.figures.current()),
        console_part(letters_seen(console)),
        console_part(generations_seen(console)),
    )
    lags = topic_lags(console, status.data)
    return {
        "current": status, "figures": figures, "letters": letters, "generations": generations,
        "lags": lags, "flow": _flow(console, figures, lags), "deeds": list(console.deeds),
        "swapping": console.jobs.running("swap"),
        "line_width": LINE_WIDTH, "line_height": LINE_HEIGHT,
        "node_width": WIDTH, "node_height": HEIGHT, "kafka": _kafka_missing(console),
    }  # fmt: skip


def _kafka_missing(console: OperatorsConsole) -> bool:
    return not console.settings.kafka_bootstrap_servers


def _flow(
    console: OperatorsConsole, figures: PagePart, lags: list[TopicLag]
) -> dict[str, Any] | None:
    if figures.failed:
        return None
    graph = graph_of(figures.data.plan)
    drawing = drawing_of(graph)
    by_name = {lag.name: lag for lag in lags}
    topic_of = {
        there.name: here.name for here, there in graph.edges if here.kind == TOPIC
    }  # fmt: skip
    # What was found in the tables of another generation says nothing of these.
    verified = {
        table: one for table, one in console.verified.items()
        if one.generation == figures.data.generation
    }  # fmt: skip
    nodes = [
        _figures(console, figures.data.tables, node, drawing.places[node],
                 by_name.get(node.name if node.kind == TOPIC else topic_of.get(node.name, "")),
                 verified.get(node.name))
        for node in graph.nodes
    ]  # fmt: skip
    last = max(verified.values(), key=lambda one: one.at, default=None)
    return {"nodes": nodes, "drawing": drawing, "verified_last": last}


def _figures(
    console: OperatorsConsole, tables: Mapping[str, Any], node: FlowNode, place: tuple[int, int],
    lag: TopicLag | None, verified: VerifiedTable | None,
) -> NodeFigures:  # fmt: skip
    level = lag.level if lag and node.kind in (TOPIC, ENTITY) else ""
    if node.kind == TOPIC:
        seconds = lag.seconds if lag else None
        return NodeFigures(node, *place, lag.rate if lag else None, None, level, seconds)
    figure = tables.get(node.name)
    if verified and verified.differing:
        level = "critical"
    return NodeFigures(
        node, *place, console.figures.rate(node.name), figure.rows if figure else None, level,
        None, verified,
    )  # fmt: skip
