"""United Nations E-Government Development Index, from the file that the World Bank's Data360 publishes."""

from __future__ import annotations

import csv
import io
import math
import re
from collections import Counter
from typing import TYPE_CHECKING

from digimfg.errors import Fault
from digimfg.fetching import Part, Publisher
from digimfg.fetching.faults import RefusedError, UnusableError, decoded
from digimfg.text import Text
from digimfg.variables.countries import COUNTRY_CODES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from digimfg.fetching.client import Client

__all__ = ["INDEX", "ONLINE_SERVICES", "PUBLISHER", "read", "request"]

INDEX = "UN_EGDI_EGDI"
"""Code of the E-Government Development Index."""

ONLINE_SERVICES = "UN_EGDI_OSI"
"""Code of the Online Service Index, one of its three parts."""

_PART = "UN_EGDI_WIDEF"
_COLUMNS = ("REF_AREA", "INDICATOR", "INDICATOR_LABEL")
_YEAR = re.compile(r"[12][0-9]{3}")
_LEAST_ECONOMIES = 180


def request(client: Client, base: str, name: str) -> Part:
    """Fetch the file and check it.

    It must be UTF-8 CSV, whole to its last line, with a column a survey year; both indices are there for at
    least 180 economies, in one row each, between 0 and 1; other indicators' values are numbers or missing,
    and no row comes twice. The service dates nothing: the last survey with values of the index names the
    vintage.

    Returns
    -------
    Part
        The file as it came.

    Raises
    ------
    SourceError
        If no such file comes.
    """
    if name != _PART:
        raise RefusedError.of("sources.part_of_egovernment", expected=_PART, got=name)
    return client.get(f"{base}/{_PART}.csv", {}, _checked, accept="text/csv, */*")


def read(parts: Mapping[str, tuple[Mapping[str, str | int], bytes]]) -> dict[str, pd.DataFrame]:
    """Return ``annual``, ``indicators``, ``left_out`` and ``broken_down``.

    ``annual``: ``country year`` and one column an indicator, under its code, a row where any indicator has a
    value: survey years only, nothing between them. ``indicators``: ``code name``. ``left_out``: ``country``,
    codes that are no economies of ISO 3166. ``broken_down``: ``code``, indicators with several rows an
    economy, which are not in ``annual``.
    """
    import pandas as pd

    ((_, content),) = parts.values()
    header, lines = _table(content)
    area, code, label = (header.index(name) for name in _COLUMNS)
    rows = Counter((line[code], line[area]) for line in lines)
    broken_down = sorted({indicator for (indicator, _), count in rows.items() if count > 1})
    years = [place for place, name in enumerate(header) if _YEAR.fullmatch(name)]
    held = [
        (line[area], int(header[place]), line[code], float(line[place]))
        for line in lines
        if line[area] in COUNTRY_CODES and line[code] not in broken_down
        for place in years
        if line[place].strip()
    ]
    frame = pd.DataFrame(held, columns=["country", "year", "code", "value"])
    annual = pd.DataFrame(
        {name: group.set_index(["country", "year"])["value"] for name, group in frame.groupby("code")}
    )
    names = {line[code]: line[label] for line in lines}
    others = sorted({line[area] for line in lines}.difference(COUNTRY_CODES))
    return {
        "annual": annual.sort_index().reset_index(),
        "indicators": pd.DataFrame(sorted(names.items()), columns=["code", "name"]),
        "left_out": pd.DataFrame({"country": others}),
        "broken_down": pd.DataFrame({"code": broken_down}),
    }


def _checked(content: bytes) -> Part:
    header, lines = _table(content)
    missing = [name for name in _COLUMNS if name not in header]
    years = {place: name for place, name in enumerate(header) if _YEAR.fullmatch(name)}
    if missing or not years:
        raise UnusableError(
            Fault.of("answers.csv_without_columns", missing=missing)
            if missing
            else Fault.of("answers.csv_without_years")
        )
    area, code = header.index("REF_AREA"), header.index("INDICATOR")
    keys = [place for place in range(len(header)) if place not in years and "LABEL" not in header[place]]
    _check_repetitions([tuple(line[place] for place in keys) for line in lines])
    _check_repetitions([(line[area], line[code]) for line in lines if line[code] in (INDEX, ONLINE_SERVICES)])
    surveys: set[str] = set()
    economies: dict[str, set[str]] = {INDEX: set(), ONLINE_SERVICES: set()}
    for line in lines:
        held = {year: line[place] for place, year in years.items() if line[place].strip()}
        _check_values(line[area], line[code], held)
        if held and line[area] in COUNTRY_CODES and line[code] in economies:
            economies[line[code]].add(line[area])
            surveys.update(held if line[code] == INDEX else ())
    for indicator, found in economies.items():
        if len(found) < _LEAST_ECONOMIES:
            raise UnusableError(
                Fault.of(
                    "answers.too_few_economies", indicator=indicator, n=len(found), least=_LEAST_ECONOMIES
                )
            )
    return Part(
        name=_PART,
        file=f"{_PART}.csv",
        content=content,
        updated=max(surveys),
        details={"rows": len(lines), "economies": len(economies[INDEX])},
    )


def _table(content: bytes) -> tuple[list[str], list[list[str]]]:
    text = decoded(content)
    if text.lstrip().startswith(("<", "{")):
        raise UnusableError(Fault.of("answers.no_csv"))
    if not text.endswith(("\n", '"')):
        raise UnusableError(Fault.of("answers.csv_cut_short"))
    try:
        header, *lines = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        raise UnusableError(Fault.of("answers.csv_broken", reason=str(error))) from error
    if not lines or any(len(line) != len(header) for line in lines):
        raise UnusableError(Fault.of("answers.rows_of_other_length"))
    if len(set(header)) != len(header):
        raise UnusableError(Fault.of("answers.column_twice"))
    return header, lines


def _check_repetitions(keys: Sequence[tuple[str, ...]]) -> None:
    counts = Counter(keys)
    if len(counts) != len(keys):
        twice = next(key for key, count in counts.items() if count > 1)
        first = " ".join(part for part in twice if part)
        raise UnusableError(Fault.of("answers.rows_twice", n=len(keys) - len(counts), first=first))


def _check_values(area: str, indicator: str, held: Mapping[str, str]) -> None:
    for year, text in held.items():
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            place = f"{area} {indicator} {year}"
            raise UnusableError(Fault.of("answers.no_number_at", value=repr(text), place=place))
        if indicator in (INDEX, ONLINE_SERVICES) and not 0 <= value <= 1:
            raise UnusableError(
                Fault.of("answers.other_scale", indicator=indicator, area=area, year=year, value=text)
            )


PUBLISHER = Publisher(
    name="un_egovernment",
    title=Text("UN E-Government Development Index", "联合国电子政务发展指数"),
    producer="United Nations Department of Economic and Social Affairs (UN DESA)",
    licence="United Nations terms of use, no open licence confirmed: cite UN DESA, ask before redistributing "
    "the file",
    citation=(
        "United Nations Department of Economic and Social Affairs. E-Government Development Index, "
        "United Nations "
        "E-Government Survey. Retrieved from World Bank Data360, data set UN_EGDI."
    ),
    url="https://publicadministration.un.org/egovkb",
    address="https://data360files.worldbank.org/data360-data/data/UN_EGDI",
    parts=(_PART,),
    request=request,
    reader=read,
)
