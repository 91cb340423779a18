"""What counts as one caller: an IPv4 address, or the /64 that one IPv6 customer has, in one spelling each.

A site may have a /48, which is 65,536 of those: it is counted as well, with more room.
"""

from __future__ import annotations

import ipaddress
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from starlette.types import Scope

_CUSTOMER_BITS: Final = 64
"""RFC 6177: what a provider gives to one site is a /64 or more; whoever has one has all its addresses."""
_SITE_BITS: Final = 48
SITE_SHARE: Final = 8
"""What a /48 may do, in callers: a campus is more than one, and not sixty thousand."""


def caller_of(scope: Scope) -> str:
    """Returns the name under which this request's sender is counted."""
    client = scope.get("client")
    return _counted(client[0][:64]) if client else "unknown"


def site_of(scope: Scope) -> str | None:
    """Returns the /48 that this request's sender is in; None of an IPv4 address, and of what is none."""
    client = scope.get("client")
    return _site(client[0][:64]) if client else None


@lru_cache(maxsize=4096)
def _site(address: str) -> str | None:
    counted = _counted(address)
    if not counted.endswith(f"/{_CUSTOMER_BITS}"):
        return None
    return str(ipaddress.ip_network(counted).supernet(new_prefix=_SITE_BITS))


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
