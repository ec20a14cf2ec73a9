"""A client for services that ask homeroom about batches of essays (docs/batches.md).

It imports nothing else of homeroom, so that a service may take it alone.
"""

from homeroom.client.errors import (
    BatchesUnavailable,
    BatchNotFound,
    BatchRequestError,
    KeyRefused,
    RequestRefused,
    UnexpectedAnswer,
)
from homeroom.client.http import HttpBatches
from homeroom.client.protocol import (
    Batches,
    BatchStatus,
    ClassInfo,
    Pagination,
    UserBatch,
    UserBatches,
)

__all__ = [
    "BatchNotFound",
    "BatchRequestError",
    "BatchStatus",
    "Batches",
    "BatchesUnavailable",
    "ClassInfo",
    "HttpBatches",
    "KeyRefused",
    "Pagination",
    "RequestRefused",
    "UnexpectedAnswer",
    "UserBatch",
    "UserBatches",
]
