"""Topic ``classes``: classes, who is enrolled in them, their sessions, and who came."""

from homeroom_kit.contract.event import EventData
from homeroom_kit.contract.fields import Flag, Id, Instant, Text


class Class(EventData, topic="classes", entity="class"):
    class_id: Id


class ClassCreated(Class, type="class.created.v1", creates=True):
    """A class was opened."""

    organization_id: Id | None
    teacher_id: Id
    name: Text
    code: Text
    subject: Text
    created_at: Instant


class ClassUpdated(Class, type="class.updated.v1"):
    """A class was renamed or reclassified."""

    name: Text
    code: Text
    subject: Text


class ClassReassigned(Class, type="class.reassigned.v1"):
    """A class was given to another teacher."""

    teacher_id: Id


class ClassArchived(Class, type="class.archived.v1", sets={"archived": True}):
    """A class was put away; it still counts and shows."""


class ClassDeleted(Class, type="class.deleted.v1", sets={"deleted": True}):
    """A class was deleted; it counts and shows nowhere."""


class Enrollment(EventData, topic="classes", entity="enrollment"):
    class_id: Id
    student_id: Id


class EnrollmentStarted(Enrollment, type="enrollment.started.v1", creates=True):
    """A student joined a class, for the first time or again."""

    enrolled_at: Instant


class EnrollmentEnded(Enrollment, type="enrollment.ended.v1"):
    """A student left a class."""

    ended_at: Instant
    reason: Text | None


class Session(EventData, topic="classes", entity="session"):
    session_id: Id


class SessionScheduled(
    Session, type="session.scheduled.v1", creates=True, sets={"status": "scheduled"}
):
    """A session of a class was planned."""

    class_id: Id
    organization_id: Id | None
    teacher_id: Id
    title: Text
    starts_at: Instant
    ends_at: Instant


class SessionRescheduled(Session, type="session.rescheduled.v1"):
    """A session was moved."""

    starts_at: Instant
    ends_at: Instant


class SessionStarted(Session, type="session.started.v1", sets={"status": "active"}):
    """A session began."""


class SessionCompleted(Session, type="session.completed.v1", sets={"status": "completed"}):
    """A session ended."""


class SessionCancelled(Session, type="session.cancelled.v1", sets={"status": "cancelled"}):
    """A session was called off."""

    reason: Text | None


class SessionNotesAdded(Session, type="session.notes_added.v1"):
    """The teacher wrote notes on a session, or wrote them anew."""

    notes: Text


class Attendance(EventData, topic="classes", entity="attendance"):
    session_id: Id
    student_id: Id


class AttendanceRecorded(Attendance, type="attendance.recorded.v1", creates=True):
    """Whether a student came to a session, for the first time or corrected."""

    present: Flag
    recorded_at: Instant
