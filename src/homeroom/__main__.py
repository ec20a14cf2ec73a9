"""``python -m homeroom`` is the command ``homeroom``."""

from homeroom.cli import main

main()
