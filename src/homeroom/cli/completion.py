"""``homeroom completion``: what shells complete when TAB is pressed, and how they ask for it."""

import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from enum import StrEnum
from typing import Annotated

import typer

from homeroom.cli.app import app

PROGRAM = "homeroom"
# The variable in which a shell's script says what it asks for.
VARIABLE = "_HOMEROOM_COMPLETE"
# Who presses TAB waits for it.
DATABASE_SECONDS = 2


class Shell(StrEnum):
    """The shells that have a script."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"


@app.command()
def completion(
    shell: Annotated[Shell, typer.Argument(help="Which shell's script.")],
) -> None:
    """Print the script with which a shell completes commands, options and names.

    Bash, in ~/.bashrc: eval "$(homeroom completion bash)"
    Zsh, in ~/.zshrc below `compinit`: eval "$(homeroom completion zsh)"
    Fish, once: homeroom completion fish > ~/.config/fish/completions/homeroom.fish

    Example: homeroom completion bash
    """
    # Typer's own options ask the same; they need to find out which shell runs them.
    from typer.completion import get_completion_script  # type: ignore[attr-defined]

    print(get_completion_script(prog_name=PROGRAM, complete_var=VARIABLE, shell=shell.value))


def answer_shells() -> None:
    """Prepares the answer to a shell that asks; costs nothing where none does."""
    if VARIABLE in os.environ:
        from typer.completion import completion_init  # type: ignore[attr-defined]

        completion_init()


Completer = Callable[[str], list[str]]


def _completer(names: Callable[[], Iterable[str]]) -> Completer:
    """Completes names. Where they cannot be known there are none: nobody asked for an error."""

    def complete(incomplete: str) -> list[str]:
        with suppress(Exception):
            return sorted(name for name in names() if name.startswith(incomplete))
        return []

    return complete


def _entities() -> list[str]:
    from homeroom_kit.contract import ENTITIES

    return [entity.name for entity in ENTITIES]


def _projections() -> list[str]:
    from homeroom.readmodel import project_folder

    return [file.stem for file in project_folder("projections").glob("*.sql")]


def _topics() -> set[str]:
    from homeroom.settings import get_settings
    from homeroom_kit.contract import ENTITIES

    return {f"{get_settings().topic_prefix}{entity.topic}" for entity in ENTITIES}


def _generations() -> list[str]:
    from homeroom.database import connect_sync
    from homeroom.engine.generations.registry import registered
    from homeroom.settings import get_settings

    with connect_sync(
        get_settings().require_database("operator"),
        "homeroom completion",
        autocommit=True,
        connect_timeout=DATABASE_SECONDS,
    ) as connection:
        return [generation.name for generation in registered(connection)]


tables = _completer(lambda: [*_entities(), *_projections()])
topics = _completer(_topics)
generations = _completer(_generations)
roles = _completer(lambda: ("teacher", "student", "admin", "service", "operator"))
