"""What a service programs against, and what it gets."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from pydantic import BaseModel, ConfigDict


class _Answer(BaseModel):
    """Fields that are added later do no harm."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class ClassInfo(_Answer):
    """The class of a batch: of its classes the one with most essays."""

    class_id: str
    class_name: str


class UserBatch(_Answer):
    """A batch in somebody's list."""

    batch_id: str
    user_id: str
    overall_status: str
    essay_count: int
    completed_essay_count: int
    failed_essay_count: int
    created_at: datetime
    assignment_id: str | None


class Pagination(_Answer):
    """Which part of the list it is, and how many there are in all."""

    limit: int
    offset: int
    total: int


class UserBatches(_Answer):
    """A page of somebody's batches, the newest first."""

    batches: tuple[UserBatch, ...]
    pagination: Pagination


class BatchStatus(_Answer):
    """How far a batch is; ``updated_at`` is when its newest event happened."""

    batch_id: str
    user_id: str
    overall_status: str
    essay_count: int
    completed_essay_count: int
    failed_essay_count: int
    updated_at: datetime


class Batches(Protocol):
    """Asks about batches. Each call raises BatchRequestError, in one of its kinds.

    ``request_id``: that of the request that is being answered, so that both logs have it; one is
    made where none is given.
    """

    async def get_batches_for_user(
        self,
        user_id: str,
        *,
        limit: int = 20,
        offset: int = 0,
        status: str | None = None,
        request_id: str | None = None,
    ) -> UserBatches:
        """A page of a teacher's batches; ``limit`` 1 to 100, ``status`` one of services."""
        ...

    async def get_batch_status(
        self, batch_id: str, *, request_id: str | None = None
    ) -> BatchStatus:
        """How far a batch is; BatchNotFound."""
        ...

    async def get_batch_class_info(
        self, batch_ids: Iterable[str], *, request_id: str | None = None
    ) -> dict[str, ClassInfo | None]:
        """The class of each of at most 500 batches, by its id in lower case.

        None for a batch that is unknown, and for one that has no class.
        """
        ...
