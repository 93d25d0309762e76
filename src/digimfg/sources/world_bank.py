"""World Bank, Indicators API: annual indicators of all economies, each answer checked before it counts."""

from __future__ import annotations

import io
import math
import re
from collections import Counter
from typing import TYPE_CHECKING, Any, NoReturn

from digimfg.errors import SourceError
from digimfg.fetching import Part, Publisher
from digimfg.fetching.client import RefusedError, UnusableError
from digimfg.say import say
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
            _unusable(
                f"`{key}` changed from {first[key]} to {header[key]} between pages",
                f"各页的 `{key}` 不一致：{first[key]}与{header[key]}",
            )
        rows += more
    if len(rows) != first["total"]:
        _unusable(
            f"{len(rows):,} rows where the total says {first['total']:,}",
            f"共{len(rows):,}行，而总数应为{first['total']:,}",
        )
    keys = [(LEGACY_COUNTRIES.get(country, country), year) for country, year, _ in rows]
    if len(set(keys)) != len(keys):
        twice = next(key for key, count in Counter(keys).items() if count > 1)
        _unusable(
            f"{len(keys) - len(set(keys))} repeated rows, first {twice[0]} {twice[1]}",
            f"{len(keys) - len(set(keys))}行重复，首个为{twice[0]} {twice[1]}",
        )
    if code in DATABASES and str(first["sourceid"]) != DATABASES[code]:
        _unusable(
            f"database {first['sourceid']} where {DATABASES[code]} was asked for",
            f"所得为数据库{first['sourceid']}，而请求的是{DATABASES[code]}",
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
        _unusable("JSON of another form than [header, rows]", "JSON 结构不是 [表头，数据行]")
    header, rows = answer
    if missing := [key for key in _HEADER if key not in header]:
        _unusable(f"a header without {missing[0]}", f"表头缺少{missing[0]}")
    header = {**header, **{key: _whole_number(header, key) for key in ("page", "pages", "total")}}
    if header["total"] == 0 and not rows:
        raise RefusedError.of("sources.nothing_under_code", where=url)
    if not isinstance(rows, list) or not rows:
        _unusable("a header without rows", "有表头而无数据行")
    size = header["total"] - PER_PAGE * (number - 1)
    whole = math.ceil(header["total"] / PER_PAGE)
    if header["page"] != number or header["pages"] != whole or len(rows) != min(size, PER_PAGE):
        _unusable(
            f"page {header['page']} of {header['pages']} with {len(rows):,} rows where page {number} of "
            f"{whole} of a total "
            f"of {header['total']:,} was due",
            f"得到第{header['page']}/{header['pages']}页、{len(rows):,}行，"
            f"而总数{header['total']:,}应为第{number}/{whole}页",
        )
    if not _DATE.fullmatch(str(header["lastupdated"])):
        _unusable(f"`lastupdated` {header['lastupdated']!r}", f"`lastupdated` 为{header['lastupdated']!r}")
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
            say("a row without {error}: {row}", "数据行缺少{error}：{row}", error=error, row=str(row)[:80])
        ) from error
    if indicator != code:
        _unusable(
            f"rows of {indicator} where {code} was asked for", f"得到{indicator}的数据，而请求的是{code}"
        )
    if not (isinstance(country, str) and re.fullmatch(r"[A-Z0-9]{2,3}", country)):
        _unusable(f"a country code {country!r}", f"国家代码{country!r}无效")
    if not (isinstance(year, str) and re.fullmatch(r"[12][0-9]{3}", year)):
        raise SourceError.of("sources.not_annual", where=url, got=f"date {year!r}")
    if value is None:
        return country, year, ""
    if (written := written_number(value)) is None:
        _unusable(f"a value {value!r} ({country} {year})", f"取值{value!r}无效（{country} {year}）")
    return country, year, written


def _whole_number(header: Mapping[str, Any], key: str) -> int:
    value = header[key]
    if isinstance(value, bool) or not re.fullmatch(r"\d+", str(value)):
        _unusable(f"`{key}` {value!r} in the header", f"表头中 `{key}` 为{value!r}")
    return int(value)


def _refused(messages: Any, url: str, code: str) -> NoReturn:
    said = messages if isinstance(messages, list) else [messages]
    ids = {str(each.get("id")) for each in said if isinstance(each, dict)}
    text = "; ".join(
        f"{each.get('id')} {each.get('value')}" if isinstance(each, dict) else str(each) for each in said
    )
    if ids & _PASSING_MESSAGES:
        _unusable(f"the API's message {text}", f"接口消息{text}")
    raise RefusedError.of("sources.api_refused", where=url, code=code, text=text)


def _unusable(en: str, zh: str) -> NoReturn:
    raise UnusableError(Text(en, zh))


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
