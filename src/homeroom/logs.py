"""Structured logs: lines for people on a terminal, JSON elsewhere. They go to standard error."""

import logging
import sys
from typing import Any

import structlog

from homeroom.settings import Settings
from homeroom.terminal import lines, one_line, unguarded


def configure(settings: Settings) -> None:
    """Sets up structlog, and hands the libraries' own logging to it."""
    on_terminal = sys.stderr.isatty()
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: list[structlog.typing.Processor] = (
        [_show_control_characters, structlog.dev.ConsoleRenderer()]
        if on_terminal
        else [structlog.processors.JSONRenderer()]
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(settings.log_level),
        cache_logger_on_first_use=True,
    )
    # The renderer for terminals sends colours of its own.
    handler = logging.StreamHandler(unguarded(sys.stderr) if on_terminal else sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                *last,
            ],
            foreign_pre_chain=shared,
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(settings.log_level)
    # aiokafka logs what it retries by itself; its real errors are raised, and logged by homeroom.
    quiet = logging.DEBUG if settings.log_level == "DEBUG" else logging.CRITICAL
    logging.getLogger("aiokafka").setLevel(quiet)
    # Each request with all that is in it, passwords and tokens too.
    logging.getLogger("aiokafka.conn").setLevel(max(logging.INFO, quiet))
    for name in ("uvicorn", "alembic", "httpx"):
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))


def _show_control_characters(
    _logger: Any, _method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """What stands in a line; a traceback keeps its lines."""
    return {name: _as_shown(name, value) for name, value in event.items()}


def _as_shown(name: str, value: Any) -> Any:
    if not isinstance(value, str | int | float | bool | None):
        value = repr(value)
    if not isinstance(value, str):
        return value
    return lines(value) if name in ("exception", "stack") else one_line(value.rstrip("\n"))
