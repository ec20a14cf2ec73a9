"""A transactional outbox for services: an event is said in the transaction of its change.

``say(session, ExamScheduled(...))`` numbers the event's subject and stores the event; the relay
(``homeroom-kit relay``) publishes it after the commit. A rollback takes both back, so a subject's
numbers have no holes. ``ddl()`` is what creates the tables.
"""

from homeroom_kit.outbox.saying import say
from homeroom_kit.outbox.tables import SCHEMA, ddl

__all__ = ["SCHEMA", "ddl", "say"]
