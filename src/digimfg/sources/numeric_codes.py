"""The three-digit codes of economies that United Nations services use, from country_converter's table."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files

from digimfg.variables.countries import COUNTRY_CODES

__all__ = ["economies_by_number"]

_KOSOVO = {"XKV": "XKX"}


@cache
def economies_by_number() -> dict[str, str]:
    """Return three-digit code → three-letter code of every economy; 412 is the United Nations' for Kosovo.

    Examples
    --------
    >>> economies_by_number()["156"]
    'CHN'
    """
    table = files("country_converter").joinpath("country_data.tsv").read_text(encoding="utf-8")
    rows = csv.DictReader(table.splitlines(), delimiter="\t")
    named = {row["ISOnumeric"].zfill(3): _KOSOVO.get(row["ISO3"], row["ISO3"]) for row in rows}
    return {number: code for number, code in named.items() if code in COUNTRY_CODES}
