"""The flow from topics to entities to projections: a drawing in layers, and how each node does."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from homeroom.engine.generations.generation import StoredPlan
from homeroom.engine.planning.definitions import read_definition

TOPIC, ENTITY, PROJECTION = "topic", "entity", "projection"
WIDTH, HEIGHT, ROW_GAP, LAYER_GAP, MARGIN = 190, 38, 6, 70, 8
# More sweeps move hardly anything.
SWEEPS = 4


class FlowNode(NamedTuple):
    """A topic, an entity or a projection. ``layer``: 0 for topics, 1 for entities, and so on."""

    kind: str
    name: str
    layer: int


@dataclass(frozen=True)
class FlowGraph:
    """Nodes, and from which to which events and rows go; names are unique within a kind."""

    nodes: tuple[FlowNode, ...]
    edges: tuple[tuple[FlowNode, FlowNode], ...]


@dataclass(frozen=True)
class FlowDrawing:
    """Where each node's upper left corner is, and the lines between them as SVG's path data."""

    width: int
    height: int
    places: Mapping[FlowNode, tuple[int, int]]
    lines: str


def graph_of(plan: StoredPlan) -> FlowGraph:
    """The graph of a generation, by its contract and its definitions."""
    entities = tuple((e, of["topic"]) for e, of in plan.contract.get("entities", {}).items())
    return _graph(entities, tuple(sorted(plan.definitions.items())))


@lru_cache(maxsize=2)
def drawing_of(graph: FlowGraph) -> FlowDrawing:
    """The nodes in columns by their layer, from the top on, in an order that keeps lines short."""
    columns: defaultdict[int, list[FlowNode]] = defaultdict(list)
    for node in graph.nodes:
        columns[node.layer].append(node)
    _order(columns, graph.edges)
    tallest = max((len(column) for column in columns.values()), default=0)
    height = tallest * (HEIGHT + ROW_GAP) + 2 * MARGIN
    places = {}
    for layer, column in columns.items():
        for row, node in enumerate(column):
            places[node] = MARGIN + layer * (WIDTH + LAYER_GAP), MARGIN + row * (HEIGHT + ROW_GAP)
    width = max((x for x, _ in places.values()), default=0) + WIDTH + MARGIN
    lines = "".join(_line(places[here], places[there]) for here, there in graph.edges)
    return FlowDrawing(width, height, places, lines)


@lru_cache(maxsize=2)
def _graph(
    entities: tuple[tuple[str, str], ...], definitions: tuple[tuple[str, str], ...]
) -> FlowGraph:
    sources = {
        name: read_definition(name, text, stored=True).rests_on() for name, text in definitions
    }
    nodes = {name: FlowNode(ENTITY, name, 1) for name, _ in entities}
    topics = {topic: FlowNode(TOPIC, topic, 0) for _, topic in sorted(entities)}
    left = dict(sources)
    while left:
        ready = [name for name, of in left.items() if all(source in nodes for source in of)]
        if not ready:
            break
        for name in ready:
            layer = 1 + max((nodes[source].layer for source in left.pop(name)), default=1)
            nodes[name] = FlowNode(PROJECTION, name, layer)
    edges = [(topics[topic], nodes[name]) for name, topic in entities]
    edges += [
        (nodes[source], nodes[name])
        for name, of in sources.items() if name in nodes
        for source in of
    ]  # fmt: skip
    return FlowGraph((*topics.values(), *nodes.values()), tuple(edges))


def _order(
    columns: Mapping[int, list[FlowNode]], edges: Iterable[tuple[FlowNode, FlowNode]]
) -> None:
    """Sorts each column by the middle of its neighbours' rows, from left to right and back."""
    before: defaultdict[FlowNode, list[FlowNode]] = defaultdict(list)
    after: defaultdict[FlowNode, list[FlowNode]] = defaultdict(list)
    for here, there in edges:
        before[there].append(here)
        after[here].append(there)
    layers = sorted(columns)
    for layer in layers:
        columns[layer].sort(key=lambda node: node.name)
    for sweep in range(SWEEPS):
        neighbours = before if sweep % 2 == 0 else after
        for layer in layers if sweep % 2 == 0 else reversed(layers):
            rows = {
                node: row / len(column) for column in columns.values()
                for row, node in enumerate(column)
            }  # fmt: skip
            columns[layer].sort(key=lambda node: _middle(rows, neighbours[node], rows[node]))


def _middle(
    rows: Mapping[FlowNode, float], neighbours: Sequence[FlowNode], otherwise: float
) -> float:
    if not neighbours:
        return otherwise
    return sum(rows[node] for node in neighbours) / len(neighbours)


def _line(here: tuple[int, int], there: tuple[int, int]) -> str:
    """A curve from the right of one node to the left of another."""
    x, y = here[0] + WIDTH, here[1] + HEIGHT // 2
    right, down = there[0] - x, there[1] + HEIGHT // 2 - y
    bend = LAYER_GAP // 2
    return f"M{x} {y}c{bend} 0 {right - bend} {down} {right} {down}"
