"""Who acts in the running call: a person who asks, or code on its own account.

It is told beside the call and not in the context of a record: neither a remote caller
nor the code of an automated action can reach it there.
"""

from contextlib import contextmanager
from contextvars import ContextVar

_automatic = ContextVar("cap_automatic", default=False)
_played = ContextVar("cap_played", default=False)


@contextmanager
def acting_automatically():
    """Let everything within be done by automation, whoever's login it borrows."""
    token = _automatic.set(True)
    try:
        yield
    finally:
        _automatic.reset(token)


@contextmanager
def playing_people():
    """Let server code act for several people within, as a demonstration does."""
    tokens = _automatic.set(False), _played.set(True)
    try:
        yield
    finally:
        _automatic.reset(tokens[0])
        _played.reset(tokens[1])


def is_automatic():
    """Return whether automation runs, and not a person's own call."""
    return _automatic.get()


def is_played():
    """Return whether server code plays the people."""
    return _played.get()
