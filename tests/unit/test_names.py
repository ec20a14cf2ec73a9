"""One class name stands for one thing."""

import ast
from collections import defaultdict
from pathlib import Path

import homeroom

PACKAGE = Path(homeroom.__file__).parent


def test_no_two_classes_share_a_name() -> None:
    places = defaultdict(list)
    for file in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.ClassDef):
                places[node.name].append(f"{file.relative_to(PACKAGE)}:{node.lineno}")
    assert len(places) > 100
    assert {name: where for name, where in places.items() if len(where) > 1} == {}
