"""Finds, among the events that waited and are applied now, the one that PostgreSQL refuses."""

from collections.abc import Awaitable, Callable, Sequence


async def first_refused(
    numbers: Sequence[int], fits: Callable[[int], Awaitable[bool]]
) -> int | None:
    """The number of an event that is refused; None where it is what comes before them all.

    ``numbers``: of a subject's waiting events, in order, which together are refused. ``fits``:
    whether PostgreSQL takes all before a number, without that one. It is asked about as often as
    the count of numbers can be halved.
    """
    if not numbers or not await fits(numbers[0]):
        return None
    fitting, beyond = 0, len(numbers)
    while beyond - fitting > 1:
        middle = (fitting + beyond) // 2
        if await fits(numbers[middle]):
            fitting = middle
        else:
            beyond = middle
    return numbers[fitting]
