"""docs/cost.md says what stacks/prices.json says; the tests of deployed environments hold its counts true."""

import re
from typing import Any

import pytest

from tests.contracts.stacks.environment import ROOT
from tests.contracts.stacks.pieces import DATA

PAGE = (ROOT / "docs/cost.md").read_text()
ENVIRONMENTS = ("dev", "prod", "dr")


def monthly(line: dict[str, Any]) -> float:
    price = DATA["prices"][line["price"]]
    hours = DATA["hours_a_month"] if price["unit"] == "hour" else 1
    return float(price["usd"] * line["count"] * hours)


def rows(environment: str) -> list[str]:
    lines = DATA["environments"][environment]
    made = []
    for line in lines:
        price = DATA["prices"][line["price"]]
        unit = price["unit"].removesuffix(" a month")
        made.append(
            f"| {line['what']} | {line['count']} | {price['usd']:g} a {unit}"
            f"{' and month' if price['unit'].endswith(' a month') else ''} | {monthly(line):.2f} |"
        )
    return [*made, f"| **together** | | | **{sum(map(monthly, lines)):.2f}** |"]


def sources() -> list[str]:
    return [
        f"| {name} | {price['source']} | {DATA['looked_up'] if price['checked'] else 'not checked'} |"
        for name, price in DATA["prices"].items()
    ]


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_the_page_lists_each_line_of_the_data_and_no_other(environment: str) -> None:
    section = PAGE.split(f"\n## {environment}\n")[1].split("\n## ")[0]
    told = [line for line in section.splitlines() if re.match(r"\| (?!what|---)", line)]

    assert told == rows(environment), "\n" + "\n".join(rows(environment))


def test_the_first_lines_say_what_the_tables_add_up_to() -> None:
    together = [
        f"{environment} {sum(map(monthly, DATA['environments'][environment])):.2f}"
        for environment in ENVIRONMENTS
    ]

    assert f"\nTogether: {', '.join(together)}.\n" in PAGE


def test_each_price_has_its_source_and_date_on_the_page() -> None:
    section = PAGE.split("\n## Where the prices come from\n")[1]
    told = [line for line in section.splitlines() if re.match(r"\| (?!price|---)", line)]

    assert told == sources(), "\n" + "\n".join(sources())
    assert DATA["caution"].split(";")[0] in PAGE


def test_every_price_is_used_and_every_assumption_told() -> None:
    used = {line["price"] for lines in DATA["environments"].values() for line in lines}

    assert used == set(DATA["prices"])
    assert all(text in PAGE for text in DATA["assumed"].values())
