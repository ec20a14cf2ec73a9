"""The parts of the console: each is what a function of the operators' answers, and fails alone."""

from collections.abc import Awaitable
from typing import Any

import psycopg
import structlog

from homeroom.api.pages.locales import _
from homeroom.api.pages.parts import PagePart
from homeroom.errors import NotMigrated
from homeroom_kit.errors import ConfigurationError, HomeroomError

log = structlog.get_logger(__name__)


async def console_part(reading: Awaitable[Any]) -> PagePart:
    """What was read, or why it was not: what fails leaves the rest of the page as it is."""
    try:
        return PagePart(data=await reading)
    except ConfigurationError as error:
        why = _("%(problem)s It is a setting of the service.", problem=str(error))
        return PagePart(failure=why, status=500)
    except psycopg.errors.InsufficientPrivilege as error:
        why = _(
            "The login of this service may not read it. Give the service the operators' login: "
            "HOMEROOM_OPERATOR_DATABASE_URL. PostgreSQL says: %(problem)s",
            problem=str(error).strip(),
        )
        return PagePart(failure=why, status=500)
    except (psycopg.OperationalError, psycopg.InterfaceError):
        return PagePart(failure=_("The database does not answer."), status=503)
    except (NotMigrated, HomeroomError) as error:
        return PagePart(failure=str(error), status=500)
    except Exception:
        log.exception("part failed")
        return PagePart(failure=_("Internal server error"), status=500)
