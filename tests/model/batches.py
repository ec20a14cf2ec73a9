"""The rules of batches of essays, over entity rows as plain dicts (see ``teacher.py``)."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

Row = Mapping[str, Any]
Rows = Mapping[str, Mapping[str, Row]]

# What clients call the statuses of services; every other one is `pending_content`.
CLIENTS = {
    "awaiting_content_validation": "pending_content",
    "awaiting_pipeline_configuration": "pending_content",
    "ready_for_pipeline_execution": "ready",
    "processing_pipelines": "processing",
    "awaiting_student_validation": "processing",
    "student_validation_completed": "processing",
    "validation_timeout_processed": "processing",
    "completed_successfully": "completed_successfully",
    "completed_with_failures": "completed_with_failures",
    "cancelled": "cancelled",
    "failed_critically": "failed",
    "content_ingestion_failed": "failed",
}


def standing(rows: Rows) -> list[Row]:
    """Those that were registered and not deleted."""
    return [batch for batch in rows["batch"].values() if not batch["deleted"]]


def of_teacher(rows: Rows, who: str) -> list[Row]:
    """A teacher's, the newest first; of one moment by id."""
    mine = [b for b in standing(rows) if b["teacher_id"] == who]
    by_id = sorted(mine, key=lambda b: b["batch_id"])
    return sorted(by_id, key=lambda b: b["created_at"], reverse=True)


def essays(rows: Rows, batch_id: str) -> list[Row]:
    """The associations of a batch that were not removed."""
    return [
        e for e in rows["essay_association"].values()
        if e["batch_id"] == batch_id and not e["removed"]
    ]  # fmt: skip


def class_of(rows: Rows, batch_id: str) -> Row | None:
    """The class with most essays of those that are known and not deleted, the first by id."""
    known = {c["class_id"]: c for c in rows["class"].values() if not c["deleted"]}
    counts = Counter(e["class_id"] for e in essays(rows, batch_id) if e["class_id"] in known)
    chosen = min(counts, key=lambda id_: (-counts[id_], id_), default=None)
    return None if chosen is None else known[chosen]


def client_status(batch: Row) -> str:
    return CLIENTS.get(batch["status"], "pending_content")


def board(rows: Rows, who: str, status: str | None = None) -> list[dict[str, Any]]:
    """What a teacher's client shows, all of it."""
    items = []
    for batch in of_teacher(rows, who):
        class_ = class_of(rows, batch["batch_id"])
        items.append({
            "batch_id": batch["batch_id"], "title": batch["title"] or "Untitled Batch",
            "class_name": class_["name"] if class_ else None, "status": client_status(batch),
            "total_essays": batch["essay_count"],
            "completed_essays": batch["completed_essays"] or 0, "created_at": batch["created_at"],
        })  # fmt: skip
    return [item for item in items if status in (None, item["status"])]


def _numbers(batch: Row) -> dict[str, Any]:
    return {
        "batch_id": batch["batch_id"], "user_id": batch["teacher_id"],
        "overall_status": batch["status"], "essay_count": batch["essay_count"],
        "completed_essay_count": batch["completed_essays"] or 0,
        "failed_essay_count": batch["failed_essays"] or 0,
    }  # fmt: skip


def user_batches(rows: Rows, who: str, status: str | None = None) -> list[dict[str, Any]]:
    """What a service is told of somebody's batches, all of it."""
    return [
        _numbers(b) | {"created_at": b["created_at"], "assignment_id": b["assignment_id"]}
        for b in of_teacher(rows, who) if status in (None, b["status"])
    ]  # fmt: skip


def batch_status(rows: Rows, batch_ids: Iterable[str]) -> list[dict[str, Any]]:
    """How far batches are, of those that there are."""
    return [
        _numbers(b) | {"updated_at": b["updated_at"]}
        for b in standing(rows) if b["batch_id"] in batch_ids
    ]  # fmt: skip


def class_info(rows: Rows, batch_ids: Iterable[str]) -> list[dict[str, Any]]:
    """The classes of batches, of those that have one."""
    found = ((b, class_of(rows, b["batch_id"])) for b in standing(rows))
    return [
        {"batch_id": b["batch_id"], "class_id": c["class_id"], "class_name": c["name"]}
        for b, c in found if c and b["batch_id"] in batch_ids
    ]  # fmt: skip
