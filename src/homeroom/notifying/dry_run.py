"""A dry run: what would be sent now, as files. Nothing is sent, and nothing is noted."""

from collections.abc import Mapping
from pathlib import Path

from homeroom.notifying.deliveries import Sender
from homeroom.settings import Settings


async def write_files(settings: Settings, senders: Mapping[str, Sender], folder: Path) -> None:
    raise NotImplementedError
