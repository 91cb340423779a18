"""Checks that look at several resources of a template at once: what each of them alone cannot know."""

from __future__ import annotations

import ipaddress
import itertools
from typing import TYPE_CHECKING, Any

from twin.cloudformation.intrinsics import Pending

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

Found = tuple[str, str, str]
"""A logical id, one of its properties, and a sentence."""

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def cross_check(resources: Mapping[str, tuple[str, Mapping[str, Any]]]) -> Iterator[Found]:
    """Reports mistakes between resources.

    Args:
        resources: Logical id to type and resolved properties; what only a deployment can tell is pending.
    """
    yield from _subnets(resources)


def _subnets(resources: Mapping[str, tuple[str, Mapping[str, Any]]]) -> Iterator[Found]:
    """Holds that a subnet lies inside its network and apart from the network's other subnets."""
    ranges: dict[str, Network] = {}
    siblings: dict[str, list[str]] = {}
    for name, (kind, given) in resources.items():
        if kind not in ("AWS::EC2::VPC", "AWS::EC2::Subnet"):
            continue
        block = _network(given.get("CidrBlock"))
        if isinstance(block, str):
            yield name, "CidrBlock", block
        elif block is not None:
            ranges[name] = block
            siblings.setdefault(str(given.get("VpcId", "")), []).append(name)
    for network, subnets in siblings.items():
        whole = network.removeprefix("${").removesuffix("}")
        if whole in ranges:
            yield from _outside(ranges, whole, subnets)
        if network:
            yield from _overlapping(ranges, subnets)


def _outside(ranges: Mapping[str, Network], whole: str, subnets: Sequence[str]) -> Iterator[Found]:
    for name in subnets:
        if not _inside(ranges[name], ranges[whole]):
            where = f"{ranges[name]} lies outside of {ranges[whole]}, the range of {whole}"
            yield name, "CidrBlock", f"{where}: choose one inside of it"


def _overlapping(ranges: Mapping[str, Network], subnets: Sequence[str]) -> Iterator[Found]:
    for first, second in itertools.combinations(subnets, 2):
        if ranges[first].overlaps(ranges[second]):
            text = (
                f"{ranges[second]} overlaps {ranges[first]}, the range of {first}: choose ranges that do not"
            )
            yield second, "CidrBlock", text


def _network(block: Any) -> Network | str | None:
    """Reads an address range; returns a sentence when it is none, and None when it is not known yet."""
    if block is None or isinstance(block, Pending):
        return None
    try:
        return ipaddress.ip_network(str(block))
    except ValueError as error:
        return f"{block} is no address range ({error}): correct it"


def _inside(part: Network, whole: Network) -> bool:
    return part.version == whole.version and part.subnet_of(whole)  # type: ignore[arg-type]  # versions agree
