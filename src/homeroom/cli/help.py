"""What ``--help`` looks like: plain text, quick to make, with whole sentences."""

import inspect
from collections.abc import Mapping
from typing import TYPE_CHECKING

from typer.core import TyperGroup

if TYPE_CHECKING:
    from typer._click import Command, Context, HelpFormatter

SECTIONS = {
    "Set up": ("init", "completion"),
    "Run": ("demo", "migrate", "worker", "serve", "notify"),
    "Publish": ("publish", "kit", "import-oulad"),
    "Operate": (
        "status", "verify", "repair", "explain", "dead-letters", "rebuild", "rollback",
        "generations", "outbox", "token", "import-assignments",
    ),
    "Contract": ("contracts", "definitions"),
    "On a cluster": ("flink",),
}  # fmt: skip


class CommandGroup(TyperGroup):
    """Commands with the whole first paragraph of their help."""

    def format_commands(
        self,
        ctx: "Context",  # noqa: ARG002 - click gives it
        formatter: "HelpFormatter",
    ) -> None:
        """Writes the commands under their headings."""
        shown = {name: one for name, one in self.commands.items() if not one.hidden}
        for heading, names in self.sections(shown).items():
            with formatter.section(heading):
                formatter.write_dl([(name, _summary(shown[name])) for name in names])

    def sections(self, shown: Mapping[str, "Command"]) -> dict[str, list[str]]:
        """The names of the commands by heading."""
        return {"Commands": list(shown)}


class Application(CommandGroup):
    """All commands by what they are for."""

    def sections(self, shown: Mapping[str, "Command"]) -> dict[str, list[str]]:
        """The names of the commands by heading; what has none comes last."""
        named = {heading: [n for n in names if n in shown] for heading, names in SECTIONS.items()}
        placed = {name for names in named.values() for name in names}
        others = [name for name in shown if name not in placed]
        return named | ({"Others": others} if others else {})


def _summary(command: "Command") -> str:
    """The first paragraph, without the example."""
    paragraph = inspect.cleandoc(command.help or "").split("\n\n")[0]
    return paragraph.partition("Example:")[0].strip()
