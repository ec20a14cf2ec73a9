"""Who is refused is seen: a log line and a count for each request that is 401, 403 or 429.

Whoever could not sign in to the pages is refused too: the page says why in `refusal` of the state.

The line names the route, not the path, and never what was sent as a token: whoever reads logs can
neither ask as somebody else nor learn what was asked for.
"""

import re
from collections.abc import Mapping
from typing import Any

import structlog

from homeroom.api.auth import Principal
from homeroom.api.metrics import Metrics

NO_TOKEN, NO_KEY = "no token", "no key of a service"
FORBIDDEN, TOO_MANY = "forbidden", "too many requests"
# By the status of the answer, those that say something of who asks.
REASONS = {401: "", 403: FORBIDDEN, 429: TOO_MANY}
STATE = ("request_id", "correlation_id", "refusal_detail")
# What `errors.unauthenticated` says, in words of ours alone.
_DESCRIPTION = re.compile(r'error_description="([^"]*)"')

log = structlog.get_logger(__name__)


def reason_of(status: int, challenge: str) -> str:
    """Why a request is refused, in one of few words; empty where it is not, or for another reason.

    ``challenge``: the answer's WWW-Authenticate.
    """
    if status != 401:
        return REASONS.get(status, "")
    if described := _DESCRIPTION.search(challenge):
        return described[1]
    return NO_TOKEN if challenge.startswith("Bearer") else NO_KEY


def see_refusal(metrics: Metrics, reason: str, state: Mapping[str, Any], **about: object) -> None:
    """Count and log a request that was refused.

    ``state``: of the request, which holds its ids, where the token was verified, the caller, and
    where a page knows more, a `refusal_detail`. ``about``: what else is known of it.
    """
    metrics.refuse_request(reason)
    known = {name: state[name] for name in STATE if name in state}
    caller = state.get("caller")
    if isinstance(caller, Principal):
        known |= {"role": caller.role, "subject": caller.token.subject}
    log.info("refused", reason=reason, **known, **about)
