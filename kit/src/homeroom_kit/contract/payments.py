"""Topic ``payments``: what teachers earn at schools, and when it was paid."""

from homeroom_kit.contract.event import EventData
from homeroom_kit.contract.fields import Amount, Currency, Id, Instant


class Payment(EventData, topic="payments", entity="payment"):
    payment_id: Id


class PaymentEarned(Payment, type="payment.earned.v1", creates=True):
    """A teacher earned an amount at a school, for a session or for something else."""

    teacher_id: Id
    school_id: Id
    session_id: Id | None
    amount: Amount
    currency: Currency
    earned_at: Instant


class PaymentProcessed(Payment, type="payment.processed.v1"):
    """It was paid."""

    processed_at: Instant
