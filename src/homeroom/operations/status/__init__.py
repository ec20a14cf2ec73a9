"""Reads the status of log, tables and workers for `homeroom status`."""
