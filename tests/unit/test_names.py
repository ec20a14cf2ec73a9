"""One class name stands for one thing."""

import ast
from collections import defaultdict
from pathlib import Path

import homeroom
import homeroom_kit

PACKAGES = [Path(package.__file__).parent for package in (homeroom, homeroom_kit)]


def test_no_two_classes_share_a_name() -> None:
    places = defaultdict(list)
    for file in (file for package in PACKAGES for file in sorted(package.rglob("*.py"))):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.ClassDef):
                places[node.name].append(f"{file}:{node.lineno}")
    assert len(places) > 100
    assert {name: where for name, where in places.items() if len(where) > 1} == {}
