"""Who may ask: what every surface checks of a request before anything is read.

The order of the checks is that of the contract: token, right to ask, ``Homeroom-Wait-For``; then,
from the read, revocation and existence; last the parameters.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from starlette.requests import Request

from homeroom.api.auth import Principal
from homeroom.api.errors import ApiError
from homeroom.api.services import Services, services_of_app
from homeroom.api.waiting import until_held, wait_of, while_connected
from homeroom.queries.database import NO_PARAMETERS, ReadScope, TokenIdentity
from homeroom.queries.statement import ReadResult, ReadStatement

# What an id looks like (contract, section 1); nobody can be registered under anything else.
ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True)
class Access:
    """A principal who may ask, as far as the token tells, and whose rows the answer may read."""

    services: Services
    scope: ReadScope
    token: TokenIdentity

    async def read(
        self, statement: ReadStatement, parameters: Mapping[str, object] = NO_PARAMETERS
    ) -> ReadResult:
        """One read; raises what Database.read raises."""
        database = self.services.database
        return await database.read(statement, parameters, scope=self.scope, token=self.token)


async def admit(request: Request, check: Callable[[Principal], ReadScope]) -> Access:
    """All checks that need no reading; returns once what the request waits for is there.

    ``check`` says whose rows the principal may read, or raises ApiError.
    """
    services = services_of_app(request)
    principal = await services.authenticator.principal(request)
    try:
        scope = check(principal)
        wait = wait_of(request.headers)
    except ApiError:
        await refuse_if_revoked(services, principal)
        raise
    if wait is not None:
        await while_connected(request, until_held(services, wait, principal.token))
    return Access(services, scope, principal.token)


async def refuse_if_revoked(services: Services, principal: Principal) -> None:
    """Whatever else is wrong: who comes with a revoked token hears only that."""
    await services.database.read(token=principal.token)
