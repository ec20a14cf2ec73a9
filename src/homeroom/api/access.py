"""Who may ask: what every surface checks of a request before anything is read.

The order of the checks is that of the contract: token, right to ask, ``Homeroom-Wait-For``; then,
from the read, revocation and existence; last the parameters.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial

from starlette.requests import Request

from homeroom.api.auth import Principal
from homeroom.api.claims import ID
from homeroom.api.errors import ApiError
from homeroom.api.services import Services, services_of_app
from homeroom.api.waiting import until_held, wait_of, while_connected
from homeroom.errors import PositionNotReached
from homeroom.queries.database import NO_PARAMETERS, ReadScope, TokenIdentity
from homeroom.queries.positions import Partition
from homeroom.queries.statement import ReadResult, ReadStatement

__all__ = ["ID", "Access", "admit", "refuse_if_revoked", "wait_before_command"]


@dataclass(frozen=True, slots=True)
class Access:
    """A principal who may ask, as far as the token tells, and whose rows the answer may read."""

    services: Services
    scope: ReadScope
    token: TokenIdentity
    held: Mapping[Partition, int] = field(default_factory=dict)
    """What the request waited for: the answer must rest on it, from whatever server it comes."""
    on_primary: bool = False
    """Whether it reads from the database itself, not from standbys."""
    or_primary: bool = False
    """The same of a read whose standby does not hold what the request waited for."""
    rights: bool = True
    """Whether it is refused where the rights of whose rows they are have ended."""

    async def read(
        self, statement: ReadStatement, parameters: Mapping[str, object] = NO_PARAMETERS
    ) -> ReadResult:
        """One read; raises what Database.read raises."""
        services = self.services
        database = services.primary if self.on_primary else services.database
        before = None
        if self.held and database.on_standbys:
            before = partial(services.positions.held_on, self.held, waits=not self.or_primary)
        try:
            return await database.read(
                statement, parameters, scope=self.scope, token=self.token, rights=self.rights,
                before=before,
            )  # fmt: skip
        except PositionNotReached:
            if not self.or_primary:
                raise
            return await services.primary.read(
                statement, parameters, scope=self.scope, token=self.token, rights=self.rights
            )

    async def malformed(self, why: object) -> ApiError:
        """The refusal of what can be no id; whose rights have ended is told that instead."""
        await self.services.database.read(token=self.token)
        return ApiError(400, str(why))


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
        await services.database.read(token=principal.token)
        raise
    if wait is not None:
        held = await while_connected(request, until_held(services, wait, principal.token))
        return Access(services, scope, principal.token, held)
    # A page, or the form before it, has waited for its own command.
    held = request.scope["state"].get("held", {})
    return Access(services, scope, principal.token, held, or_primary=bool(held))


async def wait_before_command(request: Request) -> None:
    """Returns once what a command waits for is there, and its caller's rights are those of then.

    The body must have been read: a look for a disconnect would consume it. Raises ApiError 400 for
    a malformed header, and what `until_held` raises.
    """
    wait = wait_of(request.headers)
    if wait is None:
        return
    services, caller = services_of_app(request), request.state.caller
    await while_connected(request, until_held(services, wait, caller.token))
    await refuse_if_revoked(services, caller)


async def refuse_if_revoked(services: Services, principal: Principal) -> None:
    """Whatever else is wrong: whose token was revoked, or whose rights ended, hears only that.

    For what writes: a standby may not know it yet.
    """
    await services.primary.read(token=principal.token)
