"""What the documentation says of every operation of a surface, and FastAPI does not find out.

`access.admit` checks tokens and headers, and reads them as they came. If they were parameters of
FastAPI only to be documented, it would parse them at each request.
"""

from typing import Any

from homeroom.api.answers import header
from homeroom.api.envelopes import CODED, envelope_of
from homeroom.api.ingestion import documented as ingestion
from homeroom.api.waiting import WAIT_FOR, WAIT_SECONDS

# By the beginning of their paths: operations with a caller's token, and those that may wait.
WITH_TOKEN = ("/api/", "/v1/teacher/", "/bff/v1/teacher/")
WAITING = (*WITH_TOKEN, "/internal/")
# Below it nothing but a read waits.
NO_COMMAND_WAITS = ("/api/v1/student/", "/internal/")
# Whose callers' requests may be limited.
LIMITED = (*WITH_TOKEN, "/internal/v1/events")

SCHEME = {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
WAIT_PARAMETERS = [
    {
        "name": WAIT_FOR,
        "in": "header",
        "required": False,
        "description": "Wait until the read model holds these events: `topic:partition:offset`, "
        "or a `Homeroom-Position`, several by comma. 504 with the position reached, if it does not "
        "in time; 501 where Flink feeds the read model.",
        "schema": {"type": "string"},
        "example": "exams:0:41",
    },
    {
        "name": WAIT_SECONDS,
        "in": "header",
        "required": False,
        "description": "How long to wait; 2 if not said, at most 10.",
        "schema": {"type": "number", "minimum": 0},
    },
]


MATCH_PARAMETER = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "The `ETag` of an answer that is in hand: 304 without a body where it is the "
    "same still.",
    "schema": {"type": "string"},
}
# What any request may be answered with, wherever it goes.
ANYWHERE = {
    "400": "The request is malformed.",
    "408": "The request did not come in time.",
    "413": "The body of the request is too large.",
    "414": "The address of the request is too long.",
    "431": "The head of the request is too long.",
    "500": "A fault of the service; it logs the request's id.",
    "503": "The service cannot answer at the moment.",
}
TOO_MANY = "The caller's requests of this minute are used up."
ANY_HEADERS = {
    "Cache-Control": header("`no-store`; a read may be kept by its caller, who asks again."),
    "X-Request-Id": header("The request's id, the caller's own where usable."),
    "X-Content-Type-Options": header("`nosniff`: the content is of the type that is said."),
    "Referrer-Policy": header("`no-referrer`: links that are followed do not say from where."),
    "X-Frame-Options": header("`DENY`: no page puts it into a frame."),
    "Content-Security-Policy": header("A page of it loads nothing."),
    "Cross-Origin-Resource-Policy": header("`same-site`: no other site embeds it."),
    "Strict-Transport-Security": header("For how long to ask by HTTPS alone, where that is set."),
}
# Where the caller's requests are limited.
LIMIT_HEADERS = {
    "RateLimit-Limit": header("How many requests a minute may have, where there is a limit."),
    "RateLimit-Remaining": header("How many of them are left."),
    "RateLimit-Reset": header("In how many seconds the minute is over."),
}
LIMIT_REFERENCES = {name: {"$ref": f"#/components/headers/{name}"} for name in LIMIT_HEADERS}
ANY_REFERENCES = {name: {"$ref": f"#/components/headers/{name}"} for name in ANY_HEADERS}
# On surfaces whose errors name it.
CORRELATED = {"X-Correlation-ID": header("The caller's own where usable, else the request's id.")}
CORRELATION_PARAMETER = {
    "name": "X-Correlation-ID",
    "in": "header",
    "required": False,
    "description": "An id to find the request by, of 1 to 128 characters `A-Z a-z 0-9 . _ -`.",
    "schema": {"type": "string"},
}
FASTAPIS_OWN = "Validation Error"
HEADERS_OF = {
    "401": {"WWW-Authenticate": header("How to authenticate, and what is wrong with the token.")},
    "429": {"Retry-After": header("Seconds after which to try again.")},
    "503": {"Retry-After": header("Seconds after which to try again.")},
}


def complete(document: dict[str, Any]) -> dict[str, Any]:
    """FastAPI's document with tokens, headers and all refusals, and without FastAPI's own answer to
    wrong parameters, which we never give.
    """
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            operation["responses"] = _responses(path, operation["responses"])
            parameters: list[dict[str, Any]] = []
            if path.startswith(WAITING) and (
                method == "get" or not path.startswith(NO_COMMAND_WAITS)
            ):
                parameters += WAIT_PARAMETERS
            if path.startswith(WAITING) and method == "get":
                parameters.append(MATCH_PARAMETER)
            if parameters:
                operation.setdefault("parameters", []).extend(parameters)
            if envelope_of(path) is CODED:
                operation.setdefault("parameters", []).append(CORRELATION_PARAMETER)
            if path.startswith(WITH_TOKEN):
                operation["security"] = [{"HTTPBearer": []}]
    components = document["components"]
    for name in ("HTTPValidationError", "ValidationError"):
        components["schemas"].pop(name, None)
    components["schemas"] |= ingestion.SCHEMAS
    components["headers"] = ANY_HEADERS | LIMIT_HEADERS
    components.setdefault("securitySchemes", {})["HTTPBearer"] = SCHEME
    return document


def _responses(path: str, told: dict[str, Any]) -> dict[str, Any]:
    """What an operation may answer, by status."""
    envelope = envelope_of(path)
    reference = f"#/components/schemas/{envelope.model.__name__}"
    content = {"application/json": {"schema": {"$ref": reference}}}
    of_surface = CORRELATED if envelope is CODED else {}
    limits = LIMIT_REFERENCES if path.startswith(LIMITED) else {}
    texts = ANYWHERE | ({"429": TOO_MANY} if limits else {})
    anywhere = {s: {"description": text, "content": content} for s, text in texts.items()}
    # FastAPI says 422 of parameters that it would parse: not of ours.
    own = {s: told[s] for s in told if s != "422" or told[s]["description"] != FASTAPIS_OWN}
    of_errors = {"content": content}
    responses = anywhere | {s: of_errors | told if s >= "4" else told for s, told in own.items()}
    return {
        status: response
        | {
            "headers": response.get("headers", {})
            | HEADERS_OF.get(status, {})
            | of_surface
            | limits
            | ANY_REFERENCES
        }
        for status, response in sorted(responses.items())
    }
