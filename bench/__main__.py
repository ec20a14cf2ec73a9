"""Runs every benchmark: ``python -m bench``."""

from bench import throughput

throughput.main()
