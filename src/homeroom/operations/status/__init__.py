"""The status of log, tables and workers, as `homeroom status` shows it."""
