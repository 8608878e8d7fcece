"""A fixed clock that only server code can hand to a model."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class FixedClock:
    """The moment that a replayed action pretends to happen at.

    Models look for an instance of this class under the context key `cap_clock`.
    A remote call can only send plain JSON, so it can never supply one.

    :param now: naive UTC, whole seconds, as Odoo stores datetimes.
    """

    now: datetime
