"""What the documentation says of every operation of a surface, and FastAPI does not find out.

`access.admit` checks tokens and headers, and reads them as they came. If they were parameters of
FastAPI only to be documented, it would parse them at each request.
"""

from typing import Any

from homeroom.api.answers import header
from homeroom.api.errors import PLAIN
from homeroom.api.waiting import WAIT_FOR, WAIT_SECONDS

# By the beginning of their paths: operations with a caller's token, and those that may wait.
WITH_TOKEN = ("/api/",)
WAITING = ("/api/", "/internal/")

SCHEME = {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
WAIT_PARAMETERS = [
    {
        "name": WAIT_FOR,
        "in": "header",
        "required": False,
        "description": "Wait until the read model holds these events: `topic:partition:offset`, "
        "or a `Homeroom-Position`, several by comma. 504 with the position reached, if it does not "
        "in time.",
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
    "431": "The head of the request is too long.",
    "500": "A fault of the service; it logs the request's id.",
    "503": "The service cannot answer at the moment.",
}
ANY_HEADERS = {
    "X-Request-Id": header("The request's id, the caller's own where usable."),
    "X-Content-Type-Options": header("`nosniff`: the content is of the type that is said."),
    "Referrer-Policy": header("`no-referrer`: links that are followed do not say from where."),
    "Strict-Transport-Security": header("For how long to ask by HTTPS alone, where that is set."),
}
ANY_REFERENCES = {name: {"$ref": f"#/components/headers/{name}"} for name in ANY_HEADERS}
HEADERS_OF = {
    "401": {"WWW-Authenticate": header("How to authenticate, and what is wrong with the token.")},
    "503": {"Retry-After": header("Seconds after which to try again.")},
}


def complete(document: dict[str, Any]) -> dict[str, Any]:
    """FastAPI's document with tokens, headers and all refusals, and without FastAPI's own answer to
    wrong parameters, which we never give.
    """
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            operation["responses"] = _responses(path, operation["responses"])
            if path.startswith(WAITING) and method == "get":
                parameters = [*WAIT_PARAMETERS, MATCH_PARAMETER]
                operation.setdefault("parameters", []).extend(parameters)
            if path.startswith(WITH_TOKEN):
                operation["security"] = [{"HTTPBearer": []}]
    components = document["components"]
    for name in ("HTTPValidationError", "ValidationError"):
        components["schemas"].pop(name, None)
    components["headers"] = ANY_HEADERS
    components.setdefault("securitySchemes", {})["HTTPBearer"] = SCHEME
    return document


def _responses(path: str, told: dict[str, Any]) -> dict[str, Any]:
    """What an operation may answer, by status."""
    model = "PlainProblem" if path.startswith(PLAIN) else "Problem"
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{model}"}}}
    anywhere = {s: {"description": text, "content": content} for s, text in ANYWHERE.items()}
    responses = anywhere | {status: told[status] for status in told if status != "422"}
    return {
        status: response
        | {"headers": response.get("headers", {}) | HEADERS_OF.get(status, {}) | ANY_REFERENCES}
        for status, response in sorted(responses.items())
    }
