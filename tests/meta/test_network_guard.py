"""The guard of tests/conftest.py."""

import socket

import pytest


@pytest.mark.parametrize("address", [("192.0.2.1", 80), ("2001:db8::1", 80)])
def test_outside_address_is_refused(address: tuple[str, int]) -> None:
    """A connection to an address outside this machine is refused before a packet leaves."""
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    with socket.socket(family) as client, pytest.raises(ConnectionRefusedError, match="loopback only"):
        client.connect(address)


def test_outside_name_is_not_looked_up() -> None:
    """A host name outside this machine is not even looked up."""
    with pytest.raises(ConnectionRefusedError, match="loopback only"):
        socket.getaddrinfo("example.org", 443)


@pytest.mark.parametrize("host", ["", "0.0.0.0"])
def test_server_on_every_interface_is_refused(host: str) -> None:
    """A test server may not listen on anything but loopback."""
    with socket.socket() as server, pytest.raises(ConnectionRefusedError, match="loopback only"):
        server.bind((host, 0))


def test_loopback_works() -> None:
    """A server on loopback can be reached, by address and by name."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        with socket.create_connection(server.getsockname(), timeout=5) as client:
            assert client.getpeername() == server.getsockname()
        assert socket.getaddrinfo("localhost", 80)
