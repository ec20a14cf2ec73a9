"""What a comparison of two contracts finds."""

from dataclasses import dataclass
from enum import StrEnum


class ContractSide(StrEnum):
    """Who is bound by a schema: who sends a request, who reads an answer, or both of an event."""

    REQUEST = "request"
    ANSWER = "answer"
    EVENT = "event"


class ChangeKind(StrEnum):
    """What has changed. Those of schemas first, then those of events, then those of HTTP."""

    FIELD_REMOVED = "field_removed"
    FIELD_RENAMED = "field_renamed"
    FIELD_ADDED = "field_added"
    REQUIRED_FIELD_ADDED = "required_field_added"
    MADE_REQUIRED = "made_required"
    MADE_OPTIONAL = "made_optional"
    TYPE_NARROWED = "type_narrowed"
    TYPE_WIDENED = "type_widened"
    VALUE_REMOVED = "value_removed"
    VALUE_ADDED = "value_added"
    LIMIT_NARROWED = "limit_narrowed"
    LIMIT_WIDENED = "limit_widened"
    FORM_CHANGED = "form_changed"

    EVENT_TYPE_REMOVED = "event_type_removed"
    EVENT_TYPE_RENAMED = "event_type_renamed"
    EVENT_TYPE_ADDED = "event_type_added"
    TOPIC_REMOVED = "topic_removed"
    TOPIC_ADDED = "topic_added"
    TOPIC_CHANGED = "topic_changed"
    SUBJECT_CHANGED = "subject_changed"
    KEY_CHANGED = "key_changed"
    MEANING_CHANGED = "meaning_changed"
    NO_LONGER_SENT = "no_longer_sent"

    PATH_REMOVED = "path_removed"
    METHOD_REMOVED = "method_removed"
    OPERATION_ADDED = "operation_added"
    PARAMETER_REMOVED = "parameter_removed"
    PARAMETER_ADDED = "parameter_added"
    REQUIRED_PARAMETER_ADDED = "required_parameter_added"
    BODY_REMOVED = "body_removed"
    BODY_ADDED = "body_added"
    REQUIRED_BODY_ADDED = "required_body_added"
    MEDIA_TYPE_REMOVED = "media_type_removed"
    MEDIA_TYPE_ADDED = "media_type_added"
    STATUS_REMOVED = "status_removed"
    STATUS_ADDED = "status_added"
    HEADER_REMOVED = "header_removed"
    HEADER_ADDED = "header_added"
    TOKEN_NEEDED = "token_needed"
    TOKEN_NO_LONGER_NEEDED = "token_no_longer_needed"


@dataclass(frozen=True, slots=True)
class Finding:
    """One change: where it is, what it is, and what to do instead where it breaks somebody.

    ``where``: the file, and within it the place. ``accepted``: why a breaking one was let through.
    """

    where: str
    kind: ChangeKind
    what: str
    breaking: bool
    instead: str = ""
    accepted: str = ""


_NEW_VERSION = "Leave this version as it is, and add the next version of the event type"
_KEEP = "Leave it as it is, and add a new path"
_INSTEAD_OF_EVENT = {
    ChangeKind.FIELD_REMOVED: f"{_NEW_VERSION} without the field.",
    ChangeKind.FIELD_RENAMED: f"{_NEW_VERSION} with the new name, and an upcaster that renames.",
    ChangeKind.REQUIRED_FIELD_ADDED: f"{_NEW_VERSION} with the field, or give it a default.",
    ChangeKind.MADE_REQUIRED: f"{_NEW_VERSION} that requires it.",
    ChangeKind.MADE_OPTIONAL: f"{_NEW_VERSION}: readers rely on the field.",
    ChangeKind.TYPE_NARROWED: f"{_NEW_VERSION}: publishers send what is refused now.",
    ChangeKind.TYPE_WIDENED: f"{_NEW_VERSION}: readers do not expect values of another type.",
    ChangeKind.VALUE_REMOVED: f"{_NEW_VERSION}: publishers send the value, and logs hold it.",
    ChangeKind.VALUE_ADDED: f"{_NEW_VERSION}: readers do not know the value.",
    ChangeKind.LIMIT_NARROWED: f"{_NEW_VERSION}: publishers send what is refused now.",
    ChangeKind.FORM_CHANGED: f"{_NEW_VERSION} with values of the new form.",
    ChangeKind.EVENT_TYPE_REMOVED: "Keep the type: logs hold its events, and are replayed.",
    ChangeKind.EVENT_TYPE_RENAMED: "Keep the type under its name, and add the other beside it.",
    ChangeKind.TOPIC_REMOVED: "Keep the topic and its types: rebuilds read it.",
    ChangeKind.TOPIC_CHANGED: "Leave it on its topic, and add a type of another entity there.",
    ChangeKind.SUBJECT_CHANGED: "Leave the subject as it is: it orders the events of a row.",
    ChangeKind.KEY_CHANGED: "Leave the key as it is: it chooses the partition.",
    ChangeKind.MEANING_CHANGED: f"{_NEW_VERSION} that means the other thing.",
    ChangeKind.NO_LONGER_SENT: "Go on publishing it until nobody reads it.",
}
_INSTEAD_OF_HTTP = {
    ChangeKind.FIELD_REMOVED: f"{_KEEP} without the field.",
    ChangeKind.FIELD_RENAMED: "Have both names side by side.",
    ChangeKind.REQUIRED_FIELD_ADDED: "Let the field be left out, with a default.",
    ChangeKind.MADE_REQUIRED: "Let the field be left out, with a default.",
    ChangeKind.MADE_OPTIONAL: "Go on with the field in every answer.",
    ChangeKind.TYPE_NARROWED: f"{_KEEP} that takes less.",
    ChangeKind.TYPE_WIDENED: "Put values of another type into a new field.",
    ChangeKind.VALUE_REMOVED: f"{_KEEP} without the value.",
    ChangeKind.VALUE_ADDED: "Put it into a new field, or map it to a value that clients know.",
    ChangeKind.LIMIT_NARROWED: f"{_KEEP} with the other limit.",
    ChangeKind.FORM_CHANGED: f"{_KEEP}, or put the new form into a new field.",
    ChangeKind.PATH_REMOVED: "Keep the path for as long as clients ask it.",
    ChangeKind.METHOD_REMOVED: "Keep the method for as long as clients use it.",
    ChangeKind.PARAMETER_REMOVED: "Go on taking the parameter.",
    ChangeKind.REQUIRED_PARAMETER_ADDED: "Let the parameter be left out, with a default.",
    ChangeKind.BODY_REMOVED: "Go on taking the body.",
    ChangeKind.REQUIRED_BODY_ADDED: "Let the body be left out, with a default.",
    ChangeKind.MEDIA_TYPE_REMOVED: "Keep the media type beside the other.",
    ChangeKind.STATUS_REMOVED: "Go on answering with this status: clients tell cases apart by it.",
    ChangeKind.HEADER_REMOVED: "Go on sending the header.",
    ChangeKind.TOKEN_NEEDED: f"{_KEEP} that needs a token.",
}
BREAKS_ALWAYS = {
    ChangeKind.FIELD_REMOVED, ChangeKind.FIELD_RENAMED, ChangeKind.FORM_CHANGED,
    ChangeKind.EVENT_TYPE_REMOVED, ChangeKind.EVENT_TYPE_RENAMED, ChangeKind.TOPIC_REMOVED,
    ChangeKind.TOPIC_CHANGED, ChangeKind.SUBJECT_CHANGED, ChangeKind.KEY_CHANGED,
    ChangeKind.MEANING_CHANGED, ChangeKind.NO_LONGER_SENT, ChangeKind.PATH_REMOVED,
    ChangeKind.METHOD_REMOVED, ChangeKind.PARAMETER_REMOVED, ChangeKind.REQUIRED_PARAMETER_ADDED,
    ChangeKind.BODY_REMOVED, ChangeKind.REQUIRED_BODY_ADDED, ChangeKind.MEDIA_TYPE_REMOVED,
    ChangeKind.STATUS_REMOVED, ChangeKind.HEADER_REMOVED, ChangeKind.TOKEN_NEEDED,
}  # fmt: skip
BREAKS_SENDERS = {
    ChangeKind.REQUIRED_FIELD_ADDED, ChangeKind.MADE_REQUIRED, ChangeKind.TYPE_NARROWED,
    ChangeKind.VALUE_REMOVED, ChangeKind.LIMIT_NARROWED,
}  # fmt: skip
# A limit that is wider does not break who reads: nobody refuses what is longer than it was.
BREAKS_READERS = {ChangeKind.MADE_OPTIONAL, ChangeKind.TYPE_WIDENED, ChangeKind.VALUE_ADDED}


def finding(where: str, kind: ChangeKind, what: str, side: ContractSide) -> Finding:
    """A finding, judged by whom its schema binds."""
    breaking = (
        kind in BREAKS_ALWAYS
        or (side is not ContractSide.ANSWER and kind in BREAKS_SENDERS)
        or (side is not ContractSide.REQUEST and kind in BREAKS_READERS)
    )
    of_side = _INSTEAD_OF_EVENT if side is ContractSide.EVENT else _INSTEAD_OF_HTTP
    return Finding(where, kind, what, breaking, of_side[kind] if breaking else "")
