"""Homeroom keeps dashboard tables in PostgreSQL that are provably what their events say."""

__version__ = "0.1.0"
