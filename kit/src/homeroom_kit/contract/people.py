"""Topic ``people``: teachers, students, schools, and who belongs to which school."""

from typing import Literal

from homeroom_kit.contract.event import EventData
from homeroom_kit.contract.fields import Flags, Id, Instant, Text

Role = Literal["teacher", "student", "admin"]


class Teacher(EventData, topic="people", entity="teacher"):
    teacher_id: Id


class TeacherRegistered(Teacher, type="teacher.registered.v1", creates=True):
    """A teacher got an account, or an account anew."""

    name: Text
    email: Text | None
    organization_id: Id | None


class TeacherUpdated(Teacher, type="teacher.updated.v1"):
    """A teacher's account was changed."""

    name: Text
    email: Text | None
    organization_id: Id | None


class TeacherTimeZoneChosen(Teacher, type="teacher.time_zone_chosen.v1"):
    """A teacher chose a time zone, by its IANA name, or none."""

    time_zone: Text | None


class TeacherDeactivated(Teacher, type="teacher.deactivated.v1", sets={"deactivated": True}):
    """A teacher's account was closed."""


class Student(EventData, topic="people", entity="student"):
    student_id: Id


class StudentRegistered(Student, type="student.registered.v1", creates=True):
    """A student got an account, or an account anew."""

    name: Text
    email: Text | None
    track_id: Id | None
    cohort: Text | None
    mentor_id: Id | None
    time_zone: Text | None
    consents: Flags


class StudentUpdated(Student, type="student.updated.v1"):
    """A student's account was changed."""

    name: Text
    email: Text | None
    track_id: Id | None
    cohort: Text | None
    mentor_id: Id | None
    time_zone: Text | None
    consents: Flags


class StudentDeactivated(Student, type="student.deactivated.v1", sets={"deactivated": True}):
    """A student's account was closed."""


class School(EventData, topic="people", entity="school"):
    school_id: Id


class SchoolOpened(School, type="school.opened.v1", creates=True):
    """A school joined the platform."""

    name: Text
    time_zone: Text | None


class SchoolUpdated(School, type="school.updated.v1"):
    """A school's description was changed."""

    name: Text
    time_zone: Text | None


class SchoolClosed(School, type="school.closed.v1", sets={"closed": True}):
    """A school left the platform."""


class Membership(EventData, topic="people", entity="membership"):
    school_id: Id
    user_id: Id


class MembershipGranted(Membership, type="membership.granted.v1", creates=True):
    """Somebody joined a school, for the first time or again."""

    role: Role
    granted_at: Instant


class MembershipRevoked(Membership, type="membership.revoked.v1"):
    """Somebody left a school."""

    revoked_at: Instant
