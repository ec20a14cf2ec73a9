"""``homeroom notify``: delivers notifications and nudges to people until a signal ends it."""

from pathlib import Path
from typing import Annotated

import typer

from homeroom.cli.app import command_group, configured, warn_of_owner
from homeroom_kit.errors import ConfigurationError

notify_app = command_group(
    "notify",
    "Deliver notifications and nudges to people until SIGTERM or Ctrl-C.",
    invoke_without_command=True,
)


@notify_app.callback()
def notify(
    context: typer.Context,
    dry_run: Annotated[
        Path | None,
        typer.Option(
            "--dry-run", metavar="FOLDER",
            help="Write what would be sent into files there; deliver and note nothing.",
        ),
    ] = None,
) -> None:  # fmt: skip
    """Deliver notifications and nudges to people until SIGTERM or Ctrl-C.

    By e-mail, Web Push and webhook, as far as each is configured. Any number may run.

    Example: homeroom notify
    """
    if context.invoked_subcommand is not None:
        return
    settings = configured()
    try:
        from homeroom.notifying import running
    except ImportError as error:
        raise ConfigurationError(
            f"`homeroom notify` needs a package that is missing: {error}. Install homeroom[notify]."
        ) from error
    if dry_run is not None:
        running.run_dry(settings, dry_run)
        return
    warn_of_owner(settings, "notify")
    running.run(settings)


@notify_app.command("vapid-keys")
def vapid_keys() -> None:
    """Make a pair of keys for Web Push, as settings.

    Example: homeroom notify vapid-keys
    """
    from homeroom.notifying.vapid_keys import new_pair

    private_key, public_key = new_pair()
    print(f"HOMEROOM_VAPID_PRIVATE_KEY={private_key}")
    print(f"HOMEROOM_VAPID_PUBLIC_KEY={public_key}")
