"""Topic ``question-banks``: question banks and their questions."""

from typing import Literal

from homeroom_kit.contract.event import EventData
from homeroom_kit.contract.fields import Id, Instant, Text

BankStatus = Literal["draft", "active", "archived"]


class QuestionBank(EventData, topic="question-banks", entity="question_bank"):
    question_bank_id: Id


class QuestionBankCreated(QuestionBank, type="question_bank.created.v1", creates=True):
    """A question bank was opened."""

    organization_id: Id | None
    created_by: Id
    name: Text
    subject: Text
    class_label: Text | None
    status: BankStatus
    created_at: Instant


class QuestionBankUpdated(QuestionBank, type="question_bank.updated.v1"):
    """A question bank's description was changed."""

    name: Text
    subject: Text
    class_label: Text | None
    status: BankStatus


class QuestionBankDeleted(QuestionBank, type="question_bank.deleted.v1", sets={"deleted": True}):
    """A question bank was deleted; it counts and shows nowhere."""


class Question(EventData, topic="question-banks", entity="question"):
    question_id: Id


class QuestionAdded(Question, type="question.added.v1", creates=True):
    """A question was written, in a bank or in none."""

    question_bank_id: Id | None
    organization_id: Id | None
    created_by: Id
    created_at: Instant


class QuestionMoved(Question, type="question.moved.v1"):
    """A question was put into another bank, or into none."""

    question_bank_id: Id | None


class QuestionDeleted(Question, type="question.deleted.v1", sets={"deleted": True}):
    """A question was deleted; it counts and shows nowhere."""
