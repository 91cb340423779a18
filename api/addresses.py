"""What counts as one caller: an IPv4 address, or the /64 that one IPv6 customer has, in one spelling each."""

from __future__ import annotations

import ipaddress
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from starlette.types import Scope

_CUSTOMER_BITS: Final = 64
"""RFC 6177: what a provider gives to one site is a /64 or more; whoever has one has all its addresses."""


def caller_of(scope: Scope) -> str:
    """Returns the name under which this request's sender is counted."""
    client = scope.get("client")
    return _counted(client[0][:64]) if client else "unknown"


@lru_cache(maxsize=4096)
def _counted(address: str) -> str:
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((found, _CUSTOMER_BITS), strict=False))
