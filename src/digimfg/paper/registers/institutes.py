"""Table 2: twelve Manufacturing USA institutes, and the rules that find its mistakes."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from digimfg.notes import note_of
from digimfg.paper.definition import Finding, Register, Row, Words
from digimfg.paper.parsing import MILLION_USD, parse_date, parse_number, parse_pair
from digimfg.paper.rules import copied, derived, impossible_dates, shown, unordered
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

__all__ = ["ACRONYMS", "REGISTER", "candidate_pairs"]

ACRONYMS = (
    "America Makes", "MxD", "LIFT", "PowerAmerica", "IACMI", "AIM Photonics", "NextFlex", "AFFOA", "CESMII",
    "BioFabUSA",
    "ARM", "NIIMBL", "RAPID", "REMADE", "BioMADE", "CyManII", "EPIXC", "SMART USA",
)  # fmt: skip
"""Acronyms of the institutes of Manufacturing USA, as the network writes them."""

_COVERED = ("2012-01-01", "2021-12-31")
"""The sentence before the table speaks of institutes built 2012–2021."""

_TOTAL_MILLION_USD = (50.0, 1000.0)
"""A typical institute has a federal award of 70 to 120 million dollars over five years and at least as much
from others."""

_FEDERAL_SHARE = (0.05, 0.95)
_FAR = 8.0
"""A number this many times its column's median has lost its decimal point (a lost point makes ten times)."""


def _build(rows: tuple[Row, ...], header: Mapping[str, Words]) -> pd.DataFrame:
    import pandas as pd

    unit = header["investment_unit"].text
    factor = MILLION_USD.get(unit, math.nan)
    records = []
    for row in rows:
        date = parse_date(row.text("established"))
        federal, other = parse_pair(row.text("investment"))
        record = {
            "institute": row.coded["institute"],
            "position": int(row.text("position")),
            **{f"institute_{name}_zh": row.chinese(name) for name in _TRANSLATED},
            **{f"institute_{name}_en": row.english(name) for name in _TRANSLATED},
            "institute_acronym": row.chinese("acronym"),
            "established": date.start if date else None,
            "established_precision": date.precision if date else None,
            "investment": row.chinese("investment"),
            "investment_unit": unit or None,
            "federal_million_usd": round(federal * factor, 6),
            "nonfederal_million_usd": round(other * factor, 6),
            "leverage_ratio": other / federal if federal else math.nan,
            "term_years": parse_number(row.text("term_years")),
            "members": parse_number(row.text("members")),
        }
        records.append({name: record[name] for name in _VARIABLES})
    return pd.DataFrame(records)


_TRANSLATED = ("name", "lead", "technology", "sponsor", "headquarters")
_VARIABLES = (
    "institute", "position", "institute_name_zh", "institute_name_en", "institute_acronym",
    "institute_lead_zh",
    "institute_lead_en", "institute_technology_zh", "institute_technology_en", "institute_sponsor_zh",
    "institute_sponsor_en", "institute_headquarters_zh", "institute_headquarters_en", "established",
    "established_precision", "investment", "investment_unit", "federal_million_usd", "nonfederal_million_usd",
    "leverage_ratio", "term_years", "members",
)  # fmt: skip


def candidate_pairs(words: str, medians: tuple[float, float]) -> list[str]:
    """Return the pairs that words without a slash may have been, the most likely first.

    Every place for the slash, and a decimal point in either number of two digits or more, is tried; pairs
    outside a federal share of 5–95 % are left out; the rest is ordered by distance from the column medians
    in logarithms.

    Parameters
    ----------
    words
        Digits with at most one decimal point: ``"656.8"``.
    medians
        Medians of the federal and the non-federal numbers that can be read.

    Examples
    --------
    >>> candidate_pairs("712.9", (7.0, 9.2))[0]
    '7 / 12.9'
    """
    pairs: dict[str, float] = {}
    for cut in range(1, len(words)):
        for left in _with_point(words[:cut]):
            for right in _with_point(words[cut:]):
                try:
                    federal, other = float(left), float(right)
                except ValueError:
                    continue
                if (
                    federal <= 0
                    or other <= 0
                    or not _FEDERAL_SHARE[0] <= federal / (federal + other) <= _FEDERAL_SHARE[1]
                ):
                    continue
                distance = abs(math.log(federal / medians[0])) + abs(math.log(other / medians[1]))
                pairs[f"{left} / {right}"] = distance
    return sorted(pairs, key=lambda pair: (pairs[pair], pair))[:5]


def _with_point(digits: str) -> list[str]:
    if not re.fullmatch(r"\d+(\.\d+)?", digits) or (digits.startswith("0") and not digits.startswith("0.")):
        return []
    if "." in digits or len(digits) == 1:
        return [digits]
    return [digits, f"{digits[:-1]}.{digits[-1]}"]


def _money(frame: pd.DataFrame) -> list[Finding]:
    import numpy as np

    pairs = [parse_pair(words) for words in frame["investment"].fillna("")]
    medians = tuple(
        float(np.nanmedian([pair[side] for pair in pairs]))
        if any(not math.isnan(pair[side]) for pair in pairs)
        else 1.0
        for side in (0, 1)
    )
    found: list[Finding] = []
    for row, words, pair in zip(frame["institute"], frame["investment"].fillna(""), pairs, strict=True):
        if math.isnan(pair[0]):
            candidates = candidate_pairs(words.replace(" ", ""), (medians[0], medians[1])) if words else []
            found.append(_lost_slash(row, words, candidates))
        else:
            found += _lost_point(row, words, pair, (medians[0], medians[1]))
    return [*found, *_unit(frame, pairs)]


def _lost_slash(row: str, words: str, candidates: list[str]) -> Finding:
    return Finding(
        kind="lost_slash",
        row=row,
        column="investment",
        got=words,
        expected=Text(
            "federal / non-federal, two numbers around a slash", "“联邦 / 非联邦”，斜杠两侧各一数字"
        ),
        proposal=" or ".join(candidates),
    )


def _lost_point(
    row: str, words: str, pair: tuple[float, float], medians: tuple[float, float]
) -> list[Finding]:
    share = pair[0] / (pair[0] + pair[1])
    far = [value >= _FAR * median for value, median in zip(pair, medians, strict=True)]
    if not any(far) and _FEDERAL_SHARE[0] <= share <= _FEDERAL_SHARE[1]:
        return []
    repaired = [shown(value / 10 if is_far else value) for value, is_far in zip(pair, far, strict=True)]
    return [
        Finding(
            kind="lost_decimal_point",
            row=row,
            column="investment",
            got=words,
            expected=Text(
                f"numbers below {_FAR:g} times their column's median ({medians[0]:g} / {medians[1]:g}), "
                f"federal share 5–95 %",
                f"数字小于所在列中位数（{medians[0]:g} / {medians[1]:g}）的{_FAR:g}倍，联邦占比5%–95%",
            ),
            proposal=" / ".join(repaired) if any(far) else "",
        )
    ]


def _unit(frame: pd.DataFrame, pairs: list[tuple[float, float]]) -> list[Finding]:
    import numpy as np

    totals = [sum(pair) for pair in pairs if not math.isnan(pair[0])]
    unit = str(frame["investment_unit"].iloc[0])
    typical = float(np.median(totals)) if totals else math.nan
    low, high = _TOTAL_MILLION_USD
    if low <= typical * MILLION_USD.get(unit, math.nan) <= high:
        return []
    fitting = [name for name, factor in MILLION_USD.items() if low <= typical * factor <= high]
    return [
        Finding(
            kind="unit",
            row="header",
            column="investment_unit",
            got=unit,
            expected=note_of(
                "paper.implausible_institutes",
                low=low,
                high=high,
                typical=typical * MILLION_USD.get(unit, math.nan),
            ),
            proposal=" or ".join(fitting),
        )
    ]


def _dates(frame: pd.DataFrame) -> list[Finding]:
    found = impossible_dates(frame, "institute", "established", *_COVERED)
    ordered = frame.sort_values("position", kind="stable")
    return found + unordered(ordered, "institute", "established")


def _acronyms(frame: pd.DataFrame) -> list[Finding]:
    import difflib

    return [
        Finding(
            kind="unknown_acronym",
            row=row,
            column="acronym",
            got=str(acronym),
            expected=Text("an acronym that Manufacturing USA uses", "Manufacturing USA 使用的缩写"),
            proposal=next(iter(difflib.get_close_matches(str(acronym), ACRONYMS, n=1, cutoff=0.5)), ""),
        )
        for row, acronym in zip(frame["institute"], frame["institute_acronym"], strict=True)
        if acronym not in ACRONYMS
    ]


def _leads(frame: pd.DataFrame) -> list[Finding]:
    return copied(frame, "institute", "institute_lead_zh", "lead", "copied_lead")


def _derived(frame: pd.DataFrame) -> list[Finding]:
    import pandas as pd

    pairs = [parse_pair(words) for words in frame["investment"].fillna("")]
    factors = frame["investment_unit"].map(MILLION_USD).astype(float)
    federal = pd.Series([pair[0] for pair in pairs], index=frame.index)
    other = pd.Series([pair[1] for pair in pairs], index=frame.index)
    return [
        *derived(frame, "institute", "federal_million_usd", federal * factors),
        *derived(frame, "institute", "nonfederal_million_usd", other * factors),
        *derived(frame, "institute", "leverage_ratio", other / federal),
    ]


REGISTER = Register(
    variables=_VARIABLES,
    keys=("institute",),
    build=_build,
    rules=(_money, _dates, _acronyms, _leads, _derived),
)
