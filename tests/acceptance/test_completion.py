"""What shells complete when TAB is pressed after `homeroom`."""

import os
import subprocess
from pathlib import Path

import pytest

from homeroom.settings import Settings
from tests.support.commands import environment, homeroom, succeed
from tests.support.forking import HOMEROOM
from tests.support.strength import at_full_strength

# What bash does when TAB is pressed behind the words: it calls the function that is registered.
PRESS_TAB = """
eval "$(homeroom completion bash)"
registered=$(complete -p homeroom); function=${registered#*-F }
press() {
  COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=()
  ${function% homeroom} homeroom
  echo "${COMPREPLY[*]}"
}
press homeroom roll
press homeroom dead-letters pu
press homeroom status --js
press homeroom explain teacher_class
"""
BESIDE = {"PATH": f"{HOMEROOM.parent}{os.pathsep}{os.environ['PATH']}"}


def test_bash_completes_commands_options_and_tables() -> None:
    done = subprocess.run(
        ["bash", "--norc", "-euc", PRESS_TAB],
        env=os.environ | BESIDE,
        capture_output=True,
        text=True,
    )
    assert done.stderr == ""
    assert done.stdout.splitlines() == [
        "rollback", "purge", "--json", "teacher_classes",
    ]  # fmt: skip


def completed(settings: Settings | dict[str, str], shell: str, typed: str) -> list[str]:
    """What a shell is answered that asks in the way of zsh and fish."""
    asks = {
        "_HOMEROOM_COMPLETE": f"complete_{shell}",
        "_TYPER_COMPLETE_ARGS": typed,
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
    }
    return homeroom(environment(settings) | asks).stdout.split()


@at_full_strength
def test_generations_are_those_of_the_database(prepared: Settings) -> None:
    (live,) = completed(prepared, "fish", "homeroom generations drop ")
    assert f"The live generation is {live}." in succeed(prepared, "migrate")


def test_topics_have_the_prefix_of_the_settings(prepared: Settings) -> None:
    typed = f"homeroom dead-letters list --topic {prepared.topic_prefix}clas"
    assert completed(prepared, "fish", typed) == [f"{prepared.topic_prefix}classes"]


def test_nothing_is_completed_where_no_database_answers(tmp_path: Path) -> None:
    nowhere = {"HOMEROOM_DATABASE_URL": f"postgresql:///x?host={tmp_path}", **os.environ}
    assert completed(nowhere, "fish", "homeroom generations drop ") == []


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_ask_the_same_command(prepared: Settings, shell: str) -> None:
    script = succeed(prepared, "completion", shell)
    assert f"_HOMEROOM_COMPLETE=complete_{shell}" in script
    answer = "\n".join(completed(prepared, shell, "homeroom token issue --role tea"))
    assert "teacher" in answer
    assert "student" not in answer
