"""What a ticket keeps of its promise, and how that is stored as plain JSON."""

from collections import namedtuple

import pytz

from .explain import Closure
from .worktime import Span, from_epoch

# deadline (naive UTC) and how it came about
SlaTerms = namedtuple("SlaTerms", ["deadline", "spans", "closures"])


def pack_terms(terms, zone):
    """Return spans and closures as plain JSON that a ticket stores.

    :param terms: `SlaTerms`.
    :param zone: name of the time zone that clock times are told in.
    """
    last = from_epoch(terms.spans[-1].end).astimezone(pytz.timezone(zone))
    return {
        "zone": zone,
        "zone_name": last.tzname(),
        "work": [[span.start, span.end] for span in terms.spans],
        "closed": [[item.start, item.end, item.name] for item in terms.closures],
    }


def unpack_terms(packed):
    """Return (spans, closures, zone) of what `pack_terms` made; empty for None."""
    packed = packed or {}
    return (
        tuple(Span(*item) for item in packed.get("work", ())),
        tuple(Closure(*item) for item in packed.get("closed", ())),
        pytz.timezone(packed.get("zone") or "Europe/Brussels"),
    )
