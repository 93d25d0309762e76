"""UNIDO Competitive Industrial Performance: the index and its indicators, one request an economy."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

from digimfg.errors import Fault
from digimfg.fetching import Part, Publisher
from digimfg.fetching.faults import ABSENT, RefusedError, UnusableError
from digimfg.sources.json_answers import read_json, written_number
from digimfg.sources.numeric_codes import economies_by_number
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd

    from digimfg.fetching.client import Client

__all__ = ["INDEX", "PUBLISHER", "catalogue", "read", "request"]

INDEX = "cip"
"""Code of the index of competitive industrial performance."""

_STRUCTURE = "application/vnd.sdmx.structure+json;version=2.0.0"
_DATA = "application/vnd.sdmx.data+json;version=2.0.0"
_NOT_COUNTED = frozenset({*ABSENT, 400})
_YEAR = re.compile(r"[12][0-9]{3}")


def catalogue(client: Client, base: str) -> tuple[tuple[str, ...], tuple[Text, ...]]:
    """Return the economies that the service lists, by three-letter code, and a note of its other codes.

    Raises
    ------
    SourceError
        If no list of economies comes, or the index is not among the indicators.
    """
    url = f"{base}/datastructure/UNIDO/CIP_STRUCTURE/latest"
    numbers = client.get(url, {}, _listed, accept=_STRUCTURE)
    known = economies_by_number()
    others = [number for number in numbers if number not in known]
    notes = (
        Text(
            f"codes that are no economies of ISO 3166 are left out: {', '.join(others)}",
            f"以下代码不是 ISO 3166经济体，未取得：{', '.join(others)}",
        ),
    )
    return tuple(sorted(known[number] for number in numbers if number in known)), notes if others else ()


def request(client: Client, base: str, economy: str) -> Part:
    """Fetch all indicators of one economy, which the service calls by its three-digit code.

    Every series must be of this economy, every period a year, every value a number or null, no indicator
    twice in a year; the index lies between 0 and 1 and has at least one value. The service dates nothing:
    the last year with a value of the index, over all economies, names the vintage.

    Returns
    -------
    Part
        ``country,indicator,year,value`` as CSV, sorted, codes and numbers as the service wrote them, nulls
        empty.

    Raises
    ------
    RefusedError
        If the service has nothing for this economy.
    SourceError
        If no whole answer comes.
    """
    number = next((number for number, code in economies_by_number().items() if code == economy), None)
    if number is None:
        raise RefusedError.of("sources.economy_not_a_code", got=economy)
    url = f"{base}/data/UNIDO/CIP/latest/{number}"
    return client.get(
        url,
        {"detail": "full"},
        lambda content: _part(content, url, economy, number),
        accept=_DATA,
        absent=_NOT_COUNTED,
    )


def read(parts: Mapping[str, tuple[Mapping[str, str | int], bytes]]) -> dict[str, pd.DataFrame]:
    """Return ``annual``: ``country year`` and one column an indicator, under its code, a row where any has a
    value.
    """
    import pandas as pd

    columns = ["indicator", "year", "value"]
    frames = []
    for economy, (_, content) in parts.items():
        frame = pd.read_csv(io.BytesIO(content), usecols=columns, dtype=str, keep_default_na=False)
        frames.append(frame[frame["value"] != ""].assign(country=economy))
    held = pd.concat(frames, ignore_index=True)
    held["year"] = [int(text) for text in held["year"]]
    held["value"] = [float(text) for text in held["value"]]
    annual = pd.DataFrame(
        {code: group.set_index(["country", "year"])["value"] for code, group in held.groupby("indicator")}
    )
    return {"annual": annual.sort_index().reset_index()}


def _listed(content: bytes) -> list[str]:
    answer = read_json(content, unique_names=True)
    try:
        dimensions = answer["data"]["dataStructures"][0]["dataStructureComponents"]["dimensionList"][
            "dimensions"
        ]
        codes = {
            dimension["id"]: [entry["id"] for entry in dimension["localRepresentation"]["enumeration"]]
            for dimension in dimensions
            if dimension["id"] in ("COUNTRY", "INDICATOR")
        }
        economies, indicators = codes["COUNTRY"], codes["INDICATOR"]
    except (KeyError, IndexError, TypeError) as error:
        raise _changed(error) from error
    if INDEX not in indicators:
        raise UnusableError(Fault.of("answers.no_such_indicator", index=INDEX))
    if not all(isinstance(number, str) for number in economies) or len(set(economies)) != len(economies):
        raise UnusableError(Fault.of("answers.economy_twice"))
    if not set(economies) & set(economies_by_number()):
        raise UnusableError(Fault.of("answers.no_economy", codes=str(economies[:3])))
    return economies


def _part(content: bytes, url: str, economy: str, number: str) -> Part:
    answer = read_json(content, unique_names=True)
    try:
        rows = sorted(_rows(answer, number))
    except (KeyError, IndexError, TypeError, AttributeError, ValueError) as error:
        raise _changed(error) from error
    repeated = len(rows) - len({row[:2] for row in rows})
    if repeated:
        raise UnusableError(Fault.of("answers.observations_twice", n=repeated))
    years = [year for indicator, year, value in rows if indicator == INDEX and value]
    if not years:
        raise RefusedError.of("sources.no_value_of_index", where=url, index=INDEX)
    for indicator, year, value in rows:
        if indicator == INDEX and value and not 0 <= float(value) <= 1:
            raise UnusableError(
                Fault.of("answers.other_scale", indicator=INDEX, area=economy, year=year, value=value)
            )
    lines = ["country,indicator,year,value", *(",".join((number, *row)) for row in rows), ""]
    return Part(
        name=economy,
        file=f"{economy}.csv",
        content="\n".join(lines).encode(),
        updated=max(years),
        group=economy,  # economies end in different years: their dates need not agree
        details={"rows": len(rows), "values": sum(value != "" for *_, value in rows), "code": number},
    )


def _rows(answer: Any, number: str) -> Iterator[tuple[str, str, str]]:
    """Yield indicator, year and value, the last empty where it is null."""
    dimensions = answer["data"]["structure"]["dimensions"]["series"]
    country, indicator = dimensions.index("COUNTRY"), dimensions.index("INDICATOR")
    found = [pair for data in answer["data"]["dataSets"] for pair in data["series"].items()]
    for key, series in found:
        codes = key.split(".")
        if len(codes) != len(dimensions):
            fault = Fault.of("answers.series_of_other_dimensions", key=key, n=len(dimensions))
            raise UnusableError(fault)
        if codes[country] != number:
            raise UnusableError(Fault.of("answers.values_of_others", found=codes[country], asked=number))
        if not re.fullmatch(r"\w+", codes[indicator]):
            raise UnusableError(Fault.of("answers.indicator_of_other_form", code=codes[indicator]))
        for year, observation in series["observations"].items():
            (held,) = observation
            if not isinstance(held, list):
                raise TypeError(f"observation {observation!r}")
            value = held[0]
            written = "" if value is None else written_number(value)
            if written is None or not _YEAR.fullmatch(year):
                raise UnusableError(
                    Fault.of("answers.no_number_at", value=repr(value)[:80], place=f"{key} {year}")
                )
            yield codes[indicator], year, written


def _changed(error: Exception) -> UnusableError:
    said = f"{type(error).__name__}: {error}"
    return UnusableError(Fault.of("answers.json_of_other_form", reason=said))


PUBLISHER = Publisher(
    name="unido_cip",
    title=Text("UNIDO Competitive Industrial Performance", "联合国工发组织工业竞争力绩效指数"),
    producer="United Nations Industrial Development Organization (UNIDO)",
    licence="UNIDO terms of use, no open licence confirmed: cite UNIDO, ask before redistributing the files",
    citation="UNIDO. Competitive Industrial Performance (CIP) database. UNIDO Statistics Portal, "
    "https://stat.unido.org.",
    url="https://stat.unido.org",
    address="https://stat.unido.org/portal/sdmx",
    request=request,
    reader=read,
    catalogue=catalogue,
)
