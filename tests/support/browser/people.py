"""Who signs in at the pages, as the identity provider knows them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SignedIn:
    """Somebody's claims."""

    sub: str
    role: str
    organization_id: str | None = None
    name: str = ""

    @property
    def claims(self) -> dict[str, str]:
        """As the provider tells them."""
        told = {"sub": self.sub, "role": self.role}
        return told | ({"organization_id": self.organization_id} if self.organization_id else {})


# By what the tests call them; `school.py` says what they have.
PEOPLE = {
    "teacher": SignedIn("T-1", "teacher", name="Ada Lovelace"),
    "teacher of two schools": SignedIn("T-2", "teacher", name="Emmy Noether"),
    "teacher without anything": SignedIn("T-3", "teacher", name="Alan Turing"),
    "student": SignedIn("S-1", "student", name="Grace"),
    "student on the free tier": SignedIn("S-2", "student", name="Björn Lindqvist"),
    "student without anything": SignedIn("S-9", "student"),
    "admin": SignedIn("A-1", "admin", name="Joan Clarke"),
    "admin of a school": SignedIn("A-2", "admin", "O-1"),
    "operator": SignedIn("X-1", "operator", name="Margaret Hamilton"),
}
