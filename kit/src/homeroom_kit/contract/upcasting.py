"""Versions of an event type: a pure function turns the data of each into that of the next one.

It stands beside the classes of both versions, and ``upcaster`` registers it. Publishers go on
sending the old version for as long as they like, and logs hold it for ever: whoever reads takes
each event as one of the newest version. docs/versions.md says how to go from one to the next.
"""

import re
from collections.abc import Callable
from typing import Any

from homeroom_kit.contract.event import EventData, Fields, Upcast

Upcaster = Callable[[Fields], dict[str, Any]]
_VERSIONED = re.compile(r"(.+)\.v([0-9]+)")


def upcaster(old: type[EventData], new: type[EventData]) -> Callable[[Upcaster], Upcaster]:
    """Registers the decorated function as what turns the old version's fields into the new one's.

    The function gets valid fields, must not change them, and returns valid ones: of its argument
    alone, since every rebuild calls it again. Raises TypeError where the classes are not one
    version of a type and the next, or differ in more than their fields.
    """
    was, is_ = _VERSIONED.fullmatch(old.type), _VERSIONED.fullmatch(new.type)
    if not was or not is_ or was[1] != is_[1] or int(is_[2]) != int(was[2]) + 1:
        raise TypeError(f"{new.type} is not the version that follows {old.type}")
    if (old.creates, old.keeps) != (new.creates, new.keeps):
        raise TypeError(f"{new.type} creates otherwise than {old.type}")
    if old.upcast is not None:
        raise TypeError(f"{old.type} has an upcaster already")

    def register(function: Upcaster) -> Upcaster:
        old.upcast = Upcast(new, function)
        return function

    return register


def newest_version(event: type[EventData]) -> type[EventData]:
    """The version as which events of this one are read; the same where it is the newest."""
    while event.upcast is not None:
        event = event.upcast.to
    return event


def upcasters(event: type[EventData]) -> tuple[Upcaster, ...]:
    """The functions that lead from this version to the newest, in turn."""
    found = []
    while event.upcast is not None:
        found.append(event.upcast.function)
        event = event.upcast.to
    return tuple(found)
