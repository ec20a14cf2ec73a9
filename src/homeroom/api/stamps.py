"""The headers that say what an answer was read from."""

from datetime import UTC, datetime

from homeroom.errors import RightsEnded
from homeroom.queries.statement import ReadResult

AS_OF = "Homeroom-As-Of"
GENERATION = "Homeroom-Generation"
INCOMPLETE_SINCE = "Homeroom-Incomplete-Since"
POSITION = "Homeroom-Position"


def stamp(result: ReadResult | RightsEnded) -> dict[str, str]:
    """The headers that say which generation was read, as of when, and since when it lacks what."""
    headers = {GENERATION: result.generation}
    if result.as_of is not None:
        headers[AS_OF] = wire_time(result.as_of)
    if isinstance(result, ReadResult) and result.incomplete_since is not None:
        headers[INCOMPLETE_SINCE] = wire_time(result.incomplete_since)
    return headers


def wire_time(time: datetime) -> str:
    """A time as in JSON: UTC with ``Z``, a fraction only where it is not zero."""
    return time.astimezone(UTC).isoformat().replace("+00:00", "Z")
