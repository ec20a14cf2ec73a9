"""Names: which ones a definition may give, how statements quote them, and which are the engine's.

Every name in a generated statement is quoted, so that ``order`` and ``user`` are names like others.
What the engine calls its own (deltas, signs, the hidden count, the parts of a statement) begins
with an underscore, and no name in a definition does.
"""

import re
from collections.abc import Iterable, Iterator
from typing import TypeVar

from sqlglot import exp
from sqlglot.optimizer.normalize_identifiers import normalize_identifiers

Node = TypeVar("Node", bound=exp.Expr)
# PostgreSQL cuts names after 63 bytes: the longest thing that is added is ``_def``.
NAME_MAX = 59
SIGN = "_sign"
WHAT = "_what"
_PLAIN = re.compile(r"[a-z][a-z0-9_]*")
# The tables that every generation has (generations/tables.sql), and what Flink writes besides.
TAKEN = (
    "dead_letters", "gaps", "incomplete", "passed_over", "plan", "positions", "sequence_conflicts",
    "subjects_without_row", "unreadable", "waiting",
)  # fmt: skip


def quoted(name: str) -> str:
    """An identifier as SQL."""
    return '"' + name.replace('"', '""') + '"'


def listed(names: Iterable[str], owner: str = "") -> str:
    """Columns as SQL, with a comma between; ``owner``: the alias that they are of."""
    return ", ".join(f"{owner}.{quoted(name)}" if owner else quoted(name) for name in names)


def delta_of(relation: str) -> str:
    """The temporary table that holds a relation's delta, as SQL."""
    return quoted(f"_d_{relation}")


def own_of(view: str) -> str:
    """The name of what readers may see of a ``view`` projection."""
    return f"{view}_own"


def as_postgres_reads(statement: exp.Expr) -> exp.Expr:
    """The statement with its names as PostgreSQL reads them: in lower case unless quoted."""
    return normalize_identifiers(statement, dialect="postgres")


def with_quotes(node: Node) -> Node:
    """A copy in which every name is quoted, for statements."""
    copied = node.copy()
    for identifier in copied.find_all(exp.Identifier):
        identifier.set("quoted", True)
    return copied


def shown(node: exp.Expr) -> str:
    """The SQL of a node for people: only names that need quotes have them."""
    copied = node.copy()
    for identifier in copied.find_all(exp.Identifier):
        identifier.set("quoted", not _PLAIN.fullmatch(identifier.name))
    return copied.sql("postgres", comments=False)


def problems(
    name: str, outputs: Iterable[str], aliases: Iterable[str]
) -> Iterator[tuple[str, str, str]]:
    """What is wrong with the names that a definition gives: where, what, and what to do instead."""
    if not _PLAIN.fullmatch(name):
        yield name, "a table's name has lower-case letters, digits and _", "Rename the file."
    if len(name) > NAME_MAX:
        yield (
            name, f"a table's name has at most {NAME_MAX} letters, and this one has {len(name)}",
            "Give the file a shorter name.",
        )  # fmt: skip
    if name in TAKEN:
        yield name, f"{name} is the name of another table", "Give the file another name."
    if name.endswith(("_def", "_own")):
        yield (
            name, f"a name that ends with {name[-4:]} is that of a definition's own view",
            "Give the file another name.",
        )  # fmt: skip
    seen: set[str] = set()
    for output in outputs:
        if output in seen:
            yield output, f"two outputs are called {output}", "Name one of them otherwise."
        seen.add(output)
        if not _PLAIN.fullmatch(output) or len(output) > NAME_MAX:
            yield (
                output, f"an output has a name of at most {NAME_MAX} lower-case letters, digits "
                "and _, and begins with a letter", "Name it otherwise with AS.",
            )  # fmt: skip
    for alias in aliases:
        if alias.startswith("_") or len(alias) > NAME_MAX:
            yield (
                alias, f"an alias has at most {NAME_MAX} letters and does not begin with _",
                "Choose another alias.",
            )  # fmt: skip
