"""Reads: SQL in ``.sql`` files, and the typed functions that call them, one module per surface."""
