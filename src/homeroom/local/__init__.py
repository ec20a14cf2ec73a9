"""A real Kafka and a real PostgreSQL on this machine, and what is made with them.

Nothing needs to be installed: both come with the extra ``homeroom[local]``.
"""

import os
from pathlib import Path


def cache_folder() -> Path:
    """Where homeroom keeps what it can make again: downloads and the components' data."""
    own = os.environ.get("HOMEROOM_LOCAL_CACHE")
    if own:
        return Path(own).expanduser().resolve()
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base).expanduser().resolve() / "homeroom"
