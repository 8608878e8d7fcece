"""The order in which a queue is looked at, and who can still be served in time.

Time here is working time in whole seconds from now, so that nights do not count. People
look at one ticket each, all of them need the same time for it, and a ticket is met when
its look ends strictly before its deadline.

The base order is earliest deadline first, emergencies before everything else. A ticket
of the Priority Line goes first among equal deadlines, and moves further ahead only over
tickets that stay as met or as missed as they are in the base order: whatever can be met
without the Priority Line's privilege is met with it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import inf


@dataclass(frozen=True, slots=True)
class QueueItem:
    """A ticket that waits for its priority.

    :param id: of the ticket; the later one goes first among equals, as in its list.
    :param deadline: working seconds left, negative when it has passed; None without a
        promise.
    """

    id: int
    deadline: int | None
    priority_line: bool = False
    emergency: bool = False

    @property
    def due(self) -> float:
        return inf if self.deadline is None else self.deadline


def order_by_deadline(items: Iterable[QueueItem]) -> list[QueueItem]:
    """Return emergencies first, then by deadline, the Priority Line among equals."""
    return sorted(
        items,
        key=lambda item: (
            not item.emergency,
            item.due,
            not item.priority_line,
            -item.id,
        ),
    )


def list_finishes(count: int, handling: int, people: int = 1) -> list[int]:
    """Return when the looks at the first, second, ... ticket of a queue end.

    :param count: tickets in the queue.
    :param handling: seconds that a look takes, more than zero.
    :param people: how many look at the same time, at least one.
    """
    if handling <= 0 or people < 1:
        raise ValueError(f"{people} people who take {handling} s look at nothing")
    return [(place // people + 1) * handling for place in range(count)]


def find_met(queue: Sequence[QueueItem], handling: int, people: int = 1) -> set[int]:
    """Return the ids of the tickets that are met when a queue is served in order."""
    finishes = list_finishes(len(queue), handling, people)
    return {
        item.id
        for item, finish in zip(queue, finishes, strict=True)
        if finish < item.due
    }


def order_queue(
    items: Iterable[QueueItem], handling: int, people: int = 1
) -> list[QueueItem]:
    """Return the order in which to look at tickets.

    Every ticket that is met in the order of deadlines is met in this one too, and none
    of the Priority Line comes later than there.

    :param items: the queue, in any order.
    :param handling: seconds that a look takes.
    :param people: how many look at the same time.
    """
    queue = order_by_deadline(items)
    finishes = list_finishes(len(queue), handling, people)
    met = find_met(queue, handling, people)
    lines = [item for item in queue if item.priority_line and not item.emergency]
    for item in lines:
        place = queue.index(item)
        while place and _may_wait(queue[place - 1], finishes[place], met):
            queue[place] = queue[place - 1]
            place -= 1
        queue[place] = item
    return queue


def _may_wait(item: QueueItem, finish: int, met: set[int]) -> bool:
    """Return whether a ticket may be served one place later, at `finish`."""
    if item.emergency or item.priority_line:
        return False
    return item.id not in met or finish < item.due


def find_conflicts(
    items: Iterable[QueueItem], handling: int, people: int = 1
) -> list[QueueItem]:
    """Return the tickets that are missed although each alone could still be met.

    They are the sign of too few people: no order of the queue meets all of them.
    """
    queue = order_queue(items, handling, people)
    met = find_met(queue, handling, people)
    return [item for item in queue if item.id not in met and handling < item.due]
