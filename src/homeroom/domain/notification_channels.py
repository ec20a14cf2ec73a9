"""Over which channels people are told, where they have chosen nothing."""

from typing import get_args

from homeroom_kit.contract.notifications import Channel

CHANNELS: tuple[str, ...] = get_args(Channel)
DEFAULTS = {channel: channel == "websocket" for channel in CHANNELS}
