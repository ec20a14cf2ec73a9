"""What the documentation says of every operation of a surface, and FastAPI does not find out.

`access.admit` checks tokens and headers, and reads them as they came. If they were parameters of
FastAPI only to be documented, it would parse them at each request.
"""

from typing import Any

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


def complete(document: dict[str, Any]) -> dict[str, Any]:
    """FastAPI's document with tokens and headers, and without its own answer to wrong parameters,
    which we never give.
    """
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            operation["responses"].pop("422", None)
            if path.startswith(WAITING) and method == "get":
                operation.setdefault("parameters", []).extend(WAIT_PARAMETERS)
            if path.startswith(WITH_TOKEN):
                operation["security"] = [{"HTTPBearer": []}]
    components = document["components"]
    for name in ("HTTPValidationError", "ValidationError"):
        components["schemas"].pop(name, None)
    components.setdefault("securitySchemes", {})["HTTPBearer"] = SCHEME
    return document
