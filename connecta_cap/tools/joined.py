"""What several promises come to when their tickets turn out to be one request."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Promise:
    """The promise of one ticket; moments are all naive or all aware.

    `state` is 'none', 'running', 'met' or 'breached'; without a promise there is no
    `deadline`, before the assessment no `assessed_at`.
    """

    id: int
    state: str
    deadline: datetime | None = None
    assessed_at: datetime | None = None


@dataclass(frozen=True)
class Joined:
    """What holds for the one request.

    `terms_id` and `assessed_id` name whose deadline and whose assessment survive, None
    for nobody's; `breached_at` is when the first of the promises was broken.
    """

    state: str
    terms_id: int | None = None
    assessed_id: int | None = None
    breached_at: datetime | None = None


def join_promises(kept, others, now):
    """Return the strictest promise of one request that came as several tickets.

    The earliest deadline and the first assessment survive, whichever tickets they are
    of. What was broken stays broken: no merge keeps a promise after the fact.

    :param kept: `Promise` of the ticket that goes on.
    :param others: promises of the tickets that are merged into it.
    :param now: the present moment.
    :return: `Joined`.
    """
    everybody = [kept, *others]
    promised = [one for one in everybody if one.deadline and one.state != "none"]
    looked_at = [one for one in everybody if one.assessed_at]
    first = min(looked_at, key=lambda one: one.assessed_at, default=None)
    assessed_id = first.id if first else None
    if not promised:
        return Joined("none", None, assessed_id)
    carrier = min(promised, key=lambda one: one.deadline)
    broken = [one.deadline for one in promised if _is_broken(one, now)]
    looked = first.assessed_at if first else now
    if looked >= carrier.deadline:
        broken.append(carrier.deadline)
    state = "breached" if broken else "met" if first else "running"
    return Joined(state, carrier.id, assessed_id, min(broken, default=None))


def _is_broken(promise, now):
    overdue = promise.state == "running" and promise.deadline <= now
    return promise.state == "breached" or overdue
