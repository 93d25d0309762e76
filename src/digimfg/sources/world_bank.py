"""World Bank, Indicators API: annual indicators of all economies, each answer checked before it counts."""

from __future__ import annotations

import io
import math
import re
from collections import Counter
from typing import TYPE_CHECKING, Any, NoReturn

from digimfg.errors import Fault, SourceError
from digimfg.fetching import Part, Publisher
from digimfg.fetching.faults import RefusedError, UnusableError
from digimfg.sources.json_answers import read_json, written_number
from digimfg.sources.world_bank_indicators import DATABASES, INDICATORS, LEGACY_COUNTRIES, RENAMED
from digimfg.text import Text
from digimfg.variables.countries import COUNTRY_CODES

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from digimfg.fetching.client import Client

__all__ = ["PER_PAGE", "PUBLISHER", "read", "request"]

PER_PAGE = 10_000
"""Rows asked for at a time: two pages an indicator."""

_HEADER = ("page", "pages", "total", "sourceid", "lastupdated")
_PASSING_MESSAGES = frozenset({"105"})
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")

_Row = tuple[str, str, str]
_Page = tuple[dict[str, Any], list[_Row], str]


def request(client: Client, base: str, code: str) -> Part:
    """Fetch one indicator, all economies and years, page by page.

    Every page must be JSON of the API's form, be the page asked for, and agree with the others on pages,
    total, database and date of update; the rows must be as many as the total, each of this indicator and a
    year, none twice, values numbers or null.

    Returns
    -------
    Part
        ``country,year,value`` as CSV, sorted by country and year, every number as the API wrote it, nulls
        empty.

    Raises
    ------
    SourceError
        If the API refuses the code, or no whole answer comes.
    """
    url = f"{base}/country/all/indicator/{code}"
    return client.repeat(lambda: _whole(client, url, code), url)


def read(
    parts: Mapping[str, tuple[Mapping[str, str | int], bytes]],
) -> dict[str, pd.DataFrame]:
    """Return ``annual``, ``indicators`` and ``left_out``.

    ``annual``: ``country year`` and one column an indicator, under its code, a row where any indicator has a
    value. ``indicators``: ``code name``, as the API names them. ``left_out``: ``country``, codes that are no
    economies of ISO 3166 (regions, income groups, Channel Islands).
    """
    import pandas as pd

    columns: dict[str, pd.Series[float]] = {}
    others: set[str] = set()
    for code, (_, content) in parts.items():
        frame = pd.read_csv(io.BytesIO(content), dtype={"country": str, "value": str}, keep_default_na=False)
        frame["value"] = [float(text) if text else math.nan for text in frame["value"]]
        frame["country"] = frame["country"].replace(LEGACY_COUNTRIES)
        known = frame["country"].isin(COUNTRY_CODES)
        others.update(frame.loc[~known, "country"])
        columns[code] = frame[known].dropna(subset="value").set_index(["country", "year"])["value"]
    annual = pd.DataFrame(columns).rename_axis(["country", "year"]).sort_index().reset_index()
    names = pd.DataFrame(
        [(code, str(details["name"])) for code, (details, _) in parts.items()], columns=["code", "name"]
    )
    return {"annual": annual, "indicators": names, "left_out": pd.DataFrame({"country": sorted(others)})}


def _whole(client: Client, url: str, code: str) -> Part:
    query: dict[str, str | int] = {"format": "json", "per_page": PER_PAGE}
    if code in DATABASES:
        query["source"] = DATABASES[code]
    first, rows, name = _page(client, url, query, code, 1)
    for number in range(2, first["pages"] + 1):
        header, more, _ = _page(client, url, query, code, number)
        changed = [key for key in ("pages", "total", "sourceid", "lastupdated") if header[key] != first[key]]
        if changed:
            key = changed[0]
            raise UnusableError(
                Fault.of("answers.pages_changed", name=key, first=first[key], then=header[key])
            )
        rows += more
    if len(rows) != first["total"]:
        raise UnusableError(Fault.of("answers.rows_lacking", n=len(rows), total=first["total"]))
    keys = [(LEGACY_COUNTRIES.get(country, country), year) for country, year, _ in rows]
    if len(set(keys)) != len(keys):
        twice = next(key for key, count in Counter(keys).items() if count > 1)
        n, place = len(keys) - len(set(keys)), f"{twice[0]} {twice[1]}"
        raise UnusableError(Fault.of("answers.rows_twice", n=n, first=place))
    if code in DATABASES and str(first["sourceid"]) != DATABASES[code]:
        raise UnusableError(
            Fault.of("answers.other_database", found=first["sourceid"], asked=DATABASES[code])
        )
    values = sum(value != "" for *_, value in rows)
    lines = ["country,year,value", *(",".join(row) for row in sorted(rows)), ""]
    return Part(
        name=code,
        file=f"{code}.csv",
        content="\n".join(lines).encode(),
        updated=first["lastupdated"],
        group=str(first["sourceid"]),
        details={"name": name, "rows": len(rows), "values": values},
    )


def _page(client: Client, url: str, query: Mapping[str, str | int], code: str, number: int) -> _Page:
    asked = {**query, "page": number}
    return client.get(
        url, asked, lambda content: _parse(content, url, code, number), accept="application/json"
    )


def _parse(content: bytes, url: str, code: str, number: int) -> _Page:
    answer = read_json(content)
    if isinstance(answer, list) and answer and isinstance(answer[0], dict) and "message" in answer[0]:
        _refused(answer[0]["message"], url, code)
    if not (isinstance(answer, list) and len(answer) == 2 and isinstance(answer[0], dict)):
        raise UnusableError(Fault.of("answers.no_header_and_rows"))
    header, rows = answer
    if missing := [key for key in _HEADER if key not in header]:
        raise UnusableError(Fault.of("answers.header_without_field", name=missing[0]))
    header = {**header, **{key: _whole_number(header, key) for key in ("page", "pages", "total")}}
    if header["total"] == 0 and not rows:
        raise RefusedError.of("sources.nothing_under_code", where=url)
    if not isinstance(rows, list) or not rows:
        raise UnusableError(Fault.of("answers.header_without_rows"))
    size = header["total"] - PER_PAGE * (number - 1)
    whole = math.ceil(header["total"] / PER_PAGE)
    if header["page"] != number or header["pages"] != whole or len(rows) != min(size, PER_PAGE):
        raise UnusableError(
            Fault.of(
                "answers.other_page",
                page=header["page"],
                pages=header["pages"],
                n=len(rows),
                number=number,
                whole=whole,
                total=header["total"],
            )
        )
    if not _DATE.fullmatch(str(header["lastupdated"])):
        value = repr(header["lastupdated"])
        raise UnusableError(Fault.of("answers.header_field_unread", name="lastupdated", value=value))
    return header, [_row(row, url, code) for row in rows], str(rows[0]["indicator"].get("value", ""))


def _row(row: Any, url: str, code: str) -> _Row:
    try:
        indicator, country, year, value = (
            row["indicator"]["id"],
            row["countryiso3code"],
            row["date"],
            row["value"],
        )
        country = country or row["country"]["id"]
    except (KeyError, TypeError) as error:
        raise UnusableError(
            Fault.of("answers.row_without_field", field=str(error), row=str(row)[:80])
        ) from error
    if indicator != code:
        raise UnusableError(Fault.of("answers.rows_of_others", found=indicator, asked=code))
    if not (isinstance(country, str) and re.fullmatch(r"[A-Z0-9]{2,3}", country)):
        raise UnusableError(Fault.of("answers.country_of_other_form", code=repr(country)))
    if not (isinstance(year, str) and re.fullmatch(r"[12][0-9]{3}", year)):
        raise SourceError.of("sources.not_annual", where=url, got=f"date {year!r}")
    if value is None:
        return country, year, ""
    if (written := written_number(value)) is None:
        raise UnusableError(
            Fault.of("answers.no_number_at", value=repr(value)[:80], place=f"{country} {year}")
        )
    return country, year, written


def _whole_number(header: Mapping[str, Any], key: str) -> int:
    value = header[key]
    if isinstance(value, bool) or not re.fullmatch(r"\d+", str(value)):
        raise UnusableError(Fault.of("answers.header_field_unread", name=key, value=repr(value)))
    return int(value)


def _refused(messages: Any, url: str, code: str) -> NoReturn:
    said = messages if isinstance(messages, list) else [messages]
    ids = {str(each.get("id")) for each in said if isinstance(each, dict)}
    text = "; ".join(
        f"{each.get('id')} {each.get('value')}" if isinstance(each, dict) else str(each) for each in said
    )
    if ids & _PASSING_MESSAGES:
        raise UnusableError(Fault.of("answers.message_of_server", text=text))
    raise RefusedError.of("sources.api_refused", where=url, code=code, text=text)


PUBLISHER = Publisher(
    name="world_bank",
    title=Text("World Bank, annual indicators", "世界银行年度指标"),
    producer="World Bank",
    licence="CC BY 4.0",
    citation=(
        "World Bank. World Development Indicators and Worldwide Governance Indicators. Washington, DC: "
        "World Bank. "
        "Indicators API, version 2."
    ),
    url="https://data.worldbank.org",
    address="https://api.worldbank.org/v2",
    parts=tuple(INDICATORS),
    request=request,
    reader=read,
    renamed=RENAMED,
)
