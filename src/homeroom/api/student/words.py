"""What several answers of a student say in the same words."""

from typing import Literal

Difficulty = Literal["beginner", "intermediate", "advanced"]

NOT_ASSESSED = "Not assessed"
NOT_RECOMMENDED = "Not recommended"
NOT_ASSIGNED = "Not assigned"
NOT_ESTIMATED = "Not estimated"
