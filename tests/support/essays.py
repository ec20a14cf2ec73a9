"""Batches of essays as their service publishes them."""

from collections import Counter
from typing import Any

from homeroom_kit.publishing.events import OutgoingEvent
from tests.model.batches import CLIENTS
from tests.support.habits import event

AT = "2026-03-01T09:00:00Z"
# Two teachers: of the first batches have a class or none, of the other one has each status.
TEACHER, EDITOR = "T-1", "T-2"
STATUSES = [*CLIENTS, "paused by hand"]


def batch_id(number: int) -> str:
    """The id of the test's batch with this number."""
    return f"5e8b02d9-476e-419f-9230-{number:012x}"


class EssayService:
    """Makes events, each with the next number of its subject."""

    def __init__(self) -> None:
        self.events: list[OutgoingEvent] = []
        self._numbers: Counter[str] = Counter()

    def say(self, type_name: str, subject: str, /, **data: Any) -> None:
        """Another event."""
        self._numbers[type_name.partition(".")[0] + subject] += 1
        sequence = self._numbers[type_name.partition(".")[0] + subject]
        self.events.append(event(f"{type_name}.v1", subject, sequence, data))

    def klass(self, class_id: str, name: str, teacher_id: str = TEACHER) -> None:
        self.say(
            "class.created", class_id, class_id=class_id, organization_id=None,
            teacher_id=teacher_id, name=name, code="X", subject="English", created_at=AT,
        )  # fmt: skip

    def batch(self, number: int, teacher_id: str = TEACHER, status: str = "", **told: Any) -> None:
        """A batch, and the status that it has reached."""
        data: dict[str, Any] = {"title": None, "assignment_id": None, "essay_count": 30}
        data |= {"created_at": AT} | told
        self.of_batch("batch.registered", number, teacher_id=teacher_id, **data)
        if status:
            self.of_batch("batch.status_changed", number, status=status)

    def of_batch(self, type_name: str, number: int, **data: Any) -> None:
        self.say(type_name, batch_id(number), batch_id=batch_id(number), **data)

    def essays(self, number: int, **classes: int) -> None:
        """As many essays of each class; the class ``C_1`` is C-1."""
        for name, count in classes.items():
            for essay in range(count):
                essay_id = f"{name}-{essay}"
                self.of_essay(
                    "essay_association.made", number, essay_id, student_id=f"S-{essay}",
                    class_id=name.replace("_", "-"), associated_at=AT,
                )  # fmt: skip

    def of_essay(self, type_name: str, number: int, essay_id: str, **data: Any) -> None:
        key = {"batch_id": batch_id(number), "essay_id": essay_id}
        self.say(type_name, f"{batch_id(number)}/{essay_id}", **key, **data)


def say_statuses(said: EssayService) -> None:
    """The later in the list the newer; numbers of the second change once more."""
    for number, status in enumerate(STATUSES):
        title = None if number % 2 else f"Essays {number}"
        at = f"2026-03-01T{number:02d}:00:00Z"
        said.batch(number, EDITOR, status, title=title, created_at=at, essay_count=number)
    for done, failed in ((5, 0), (7, 1)):
        said.of_batch("batch.progressed", 1, completed_essays=done, failed_essays=failed)


def say_classes(said: EssayService) -> None:
    """Batches with most essays of a class, with as many of two, and without any that counts."""
    for class_id, name in (("C-1", "Rhetoric"), ("C-2", "Drama"), ("C-3", "Latin")):
        said.klass(class_id, name)
    said.say("class.deleted", "C-3", class_id="C-3")
    for number in (100, 101, 102, 103, 104, 105):
        said.batch(number, assignment_id="A-1")
    said.essays(100, C_1=1, C_2=2)
    said.essays(101, C_2=1, C_1=1)
    said.essays(103, C_1=1)
    said.of_batch("batch.deleted", 103)
    said.essays(104, C_1=1, C_3=2, C_9=3)
    said.essays(105, C_1=2)
    for essay in ("C_1-0", "C_1-1"):
        said.of_essay("essay_association.removed", 105, essay)
    # Of a batch that nobody has registered.
    said.essays(106, C_1=1)


# What comes of `say_classes`.
CLASSES: dict[int, dict[str, str] | None] = {
    100: {"class_id": "C-2", "class_name": "Drama"},
    101: {"class_id": "C-1", "class_name": "Rhetoric"},
    102: None,
    103: None,
    104: {"class_id": "C-1", "class_name": "Rhetoric"},
    105: None,
    106: None,
}
