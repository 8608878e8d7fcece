"""Who acts holds within the block only, also when it fails, and nests."""

import pytest
from cap_tools.actor import (
    acting_automatically,
    is_automatic,
    is_played,
    playing_people,
)


def state():
    return is_automatic(), is_played()


def test_a_call_is_a_persons_by_itself():
    assert state() == (False, False)


def test_blocks_nest_and_end():
    with acting_automatically():
        assert state() == (True, False)
        with playing_people():
            assert state() == (False, True)
            with acting_automatically():
                assert is_automatic()
            assert state() == (False, True)
        assert state() == (True, False)
    assert state() == (False, False)


@pytest.mark.parametrize("block", [acting_automatically, playing_people])
def test_a_failure_ends_it_too(block):
    with pytest.raises(ValueError, match="stop"), block():
        raise ValueError("stop")
    assert state() == (False, False)
