"""Which internet addresses a stranger's URL may lead us to: public ones, and nothing behind our own walls.

Everything that is not globally routable is refused (IANA special-purpose registries, RFC 6890): loopback, private, link-local with
the clouds' metadata services, carrier-grade NAT, documentation, benchmarking; multicast and reserved ranges too. An IPv6 address
that stands for an IPv4 address (mapped, or NAT64, which IPv6-only networks need) is judged by that one; the retired tunnels (6to4,
Teredo) and site-local addresses are refused.
"""

from __future__ import annotations

import ipaddress
import socket
import threading
from collections.abc import Callable

Lookup = Callable[[str, int], list[str]]
"""Host and port to the texts of its addresses; raises OSError when there is none."""

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_TUNNELS = tuple(ipaddress.ip_network(text) for text in ("2002::/16", "2001::/32", "64:ff9b:1::/48", "fec0::/10"))
_NOT_FOR_HOSTS = (ipaddress.ip_network("192.0.0.0/24"), ipaddress.ip_network("192.88.99.0/24"))
"""Protocol assignments, most of which Python before 3.12.4 calls global, and the relays of the retired 6to4."""


def is_public(text: str) -> bool:
    """Tell whether an address, written as text, may be connected to on a stranger's behalf. Anything unreadable may not."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        if address.scope_id is not None or any(address in network for network in _TUNNELS):
            return False
        if address.ipv4_mapped is not None:
            address = address.ipv4_mapped
        elif address in _NAT64:
            address = ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.is_global and not (
        address.is_multicast or address.is_reserved or any(address in network for network in _NOT_FOR_HOSTS)
    )


def look_up(host: str, port: int) -> list[str]:
    """Ask the system's resolver; returns the texts of the addresses, each once, in its order. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def look_up_within(lookup: Lookup, host: str, port: int, seconds: float) -> list[str]:
    """Run ``lookup`` for at most ``seconds``; raises TimeoutError after that. The system's resolver itself knows no deadline."""
    answer: list[list[str]] = []
    failure: list[OSError | UnicodeError] = []

    def ask() -> None:
        try:
            answer.append(lookup(host, port))
        except (OSError, UnicodeError) as error:
            failure.append(error)

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(seconds)
    if failure:
        raise failure[0]
    if not answer:
        raise TimeoutError(f"no address for {host} within {seconds:.1f} s")
    return answer[0]
