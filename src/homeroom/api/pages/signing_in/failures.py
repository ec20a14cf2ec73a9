"""Why somebody is not signed in."""

from enum import StrEnum


class Failure(StrEnum):
    """For the log and the count of refusals; the sign-in page says each in the viewer's words."""

    NOT_BEGUN = "sign-in not begun here, or too long ago"
    WRONG_STATE = "sign-in with another state"
    DENIED = "sign-in denied by the provider"
    WRONG_CODE = "sign-in with a code that does not do"
    WRONG_ID_TOKEN = "sign-in with an id token that does not do"
    NO_ROLE = "sign-in without a role that has pages"
    UNKNOWN = "sign-in of nobody who is known"
    FORGED = "sign-in with another form"
    AWAY = "the identity provider does not answer"


class SignInFailed(Exception):
    """An attempt to sign in has ended, without a session.

    ``detail``: what happened, for the log alone; nothing that could be used to sign in.
    """

    def __init__(self, failure: Failure, detail: str = "") -> None:
        super().__init__(f"{failure}: {detail}" if detail else str(failure))
        self.failure = failure
        self.detail = detail
