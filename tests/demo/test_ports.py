"""Ports that are taken are passed over, whoever took them."""

import socket
from collections.abc import Iterator

import pytest

from vibes.demo import ports


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_the_first_free_port_is_taken(taken: int):
    free = ports.free()
    with ports.listen([taken, free]) as bound:
        assert ports.number(bound) == free


def test_any_port_will_do_where_all_named_ones_are_taken(taken: int):
    with ports.listen([taken]) as bound:
        assert ports.number(bound) not in (0, taken)


def test_a_server_on_all_addresses_is_not_shadowed():
    with socket.create_server(("0.0.0.0", 0)) as server:
        other = server.getsockname()[1]
        with ports.listen([other]) as bound:
            assert ports.number(bound) != other


def test_only_loopback_is_bound():
    with ports.listen([]) as bound:
        assert bound.getsockname()[0] == "127.0.0.1"
        bound.settimeout(1)
        socket.create_connection(bound.getsockname(), 1).close()


def test_the_last_port_is_preferred_while_it_is_free(taken: int):
    free = ports.free()
    assert ports.free(free) == free
    assert ports.free(taken) != taken


@pytest.mark.parametrize("nonsense", [-1, 70_000])
def test_a_port_that_cannot_be_is_passed_over(nonsense: int):
    assert ports.free(nonsense) > 0
