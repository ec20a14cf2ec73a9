"""docs/definitions.md is held against the planner: its examples, its allow-list, its refusals."""

import re

import pytest

from homeroom.engine.planning.allowed import (
    CLAUSES,
    EXPRESSIONS,
    FUNCTIONS,
    REFRESH,
    SET_FUNCTIONS,
)
from homeroom.engine.planning.definitions import read_definition
from homeroom.engine.planning.planner import make_plan
from homeroom.errors import DefinitionError
from homeroom.readmodel import read_model
from homeroom.settings import Settings
from tests.support.pages import DOCS

TEXT = (DOCS / "definitions.md").read_text()
MODEL = read_model(Settings(sparse_topics=""))
ACCEPTED = re.findall(r"<!-- accepted -->\n```sql\n(.*?)```", TEXT, re.DOTALL)
REFUSED = re.findall(r"<!-- refused -->\n```sql\n(.*?)```\n\n```\n(.*?)```", TEXT, re.DOTALL)
# What the parser adds by itself, and no example can be without.
ALWAYS = {"Select", "From", "Table", "TableAlias", "Identifier", "Column", "Alias"}


def plan(definition: str) -> None:
    """Plans one more projection, and those that it speaks of; raises DefinitionError."""
    spoken_of: dict[str, str] = {}
    texts = [definition]
    while texts:
        words = set(re.findall(r"\w+", texts.pop()))
        names = (words & MODEL.definitions.keys()) - spoken_of.keys()
        spoken_of |= {name: MODEL.definitions[name] for name in names}
        texts += [MODEL.definitions[name] for name in names]
    make_plan(MODEL.catalog, {**spoken_of, "example": definition})


def table(head: str) -> list[str]:
    """The expressions in a table's column of examples."""
    (rows,) = re.findall(rf"^\| {head} \|.*\n\|[-|]+\n((?:\|.*\n)+)", TEXT, re.MULTILINE)
    column = 0 if head == "refused" else 1
    cells = [re.split(r"(?<!\\)\|", row)[1 + column] for row in rows.splitlines()]
    return [code.replace("\\|", "|") for cell in cells for code in re.findall("`([^`]+)`", cell)]


def with_output(expression: str) -> str:
    return f"-- rows exam_id\nSELECT e.exam_id, {expression} AS example FROM exam e"


def refreshed(expression: str) -> str:
    return (
        f"-- refresh student_id, exam_id\nSELECT r.student_id, r.exam_id, {expression} AS example "
        "FROM exam_result r"
    )


def nodes(definition: str) -> set[str]:
    """The names of everything that a definition is made of, as the planner reads it."""
    selects = read_definition("example", definition, stored=True).selects
    return {type(node).__name__ for select in selects for node in select.walk()}


def kind(definition: str) -> str:
    return definition.split()[1]


@pytest.mark.parametrize("definition", ACCEPTED, ids=lambda text: text.splitlines()[1][3:])
def test_an_example_is_accepted(definition: str) -> None:
    plan(definition)


@pytest.mark.parametrize(("definition", "message"), REFUSED, ids=lambda text: text.splitlines()[0])
def test_a_refused_example_is_refused_with_the_message_that_is_quoted(
    definition: str, message: str
) -> None:
    with pytest.raises(DefinitionError) as refused:
        plan(definition)
    assert str(refused.value).endswith(f": {' '.join(message.split())}")


@pytest.mark.parametrize("expression", table("allowed"))
def test_an_expression_on_the_list_is_accepted(expression: str) -> None:
    plan(with_output(expression))


@pytest.mark.parametrize("expression", table("in a refresh"))
def test_an_expression_of_a_refresh_is_accepted(expression: str) -> None:
    plan(refreshed(expression))


@pytest.mark.parametrize("expression", table("refused"))
def test_an_expression_that_the_page_calls_refused_is_refused(expression: str) -> None:
    with pytest.raises(DefinitionError):
        plan(with_output(expression))


def test_the_page_has_examples_of_every_kind_and_of_many_refusals() -> None:
    assert {kind(definition) for definition in ACCEPTED} == {
        "rows", "totals", "top", "view", "refresh",
    }  # fmt: skip
    assert len(REFUSED) > 6
    assert TEXT.count("-->") == len(ACCEPTED) + len(REFUSED)


def test_the_examples_show_the_whole_allow_list_of_expressions() -> None:
    shown = set().union(*(nodes(with_output(e)) for e in table("allowed")))
    assert {node.__name__ for node in EXPRESSIONS} - ALWAYS == shown - ALWAYS


def test_the_examples_show_everything_that_a_refresh_may_hold() -> None:
    examples = [d for d in ACCEPTED if kind(d) == "refresh"]
    shown = set().union(*map(nodes, (*examples, *map(refreshed, table("in a refresh")))))
    assert {node.__name__ for node in REFRESH} - shown - ALWAYS == {"Intersect", "Except"}


@pytest.mark.parametrize("name", CLAUSES)
def test_the_examples_show_every_clause_that_a_kind_allows(name: str) -> None:
    shown = set().union(*(nodes(d) for d in ACCEPTED if kind(d) == name))
    allowed = {clause.__name__ for clause in CLAUSES[name]}
    assert allowed - ALWAYS <= shown
    assert shown - allowed <= {node.__name__ for node in EXPRESSIONS}


def test_every_function_that_is_named_is_described() -> None:
    assert [name for name in SET_FUNCTIONS + FUNCTIONS if f"`{name}(" not in TEXT] == []
