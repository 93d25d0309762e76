"""Units as people write them, and the factor from one to another: by rule, or an error, never by guess."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from digimfg.errors import PanelError
from digimfg.importing.cells import clean_text
from digimfg.text import Text

__all__ = ["Unit", "conversion_factor", "needs_unit", "parse_unit", "unit_per"]

_MAGNITUDES = {
    "万亿": 1e12, "千亿": 1e11, "百亿": 1e10, "十亿": 1e9, "亿": 1e8, "千万": 1e7, "百万": 1e6, "十万": 1e5,
    "万": 1e4, "千": 1e3,
    "百": 1e2,
}  # fmt: skip
_ENGLISH_MAGNITUDES = {
    "trillion": 1e12, "100 million": 1e8, "billion": 1e9, "10 million": 1e7, "million": 1e6, "100,000": 1e5,
    "100 thousand": 1e5, "10,000": 1e4, "10 thousand": 1e4, "10000": 1e4, "thousand": 1e3, "1,000": 1e3,
    "1000": 1e3,
    "100": 1e2,
}  # fmt: skip
_BASES: dict[str, tuple[str, float]] = {
    **dict.fromkeys(("元", "人民币元", "人民币", "rmb", "yuan", "cny", "yuan rmb"), ("CNY", 1.0)),
    **dict.fromkeys(("美元", "us$", "usd", "$", "us dollars", "dollars"), ("USD", 1.0)),
    **dict.fromkeys(("欧元", "euro", "euros", "eur"), ("EUR", 1.0)),
    **dict.fromkeys(("日元", "yen", "jpy"), ("JPY", 1.0)),
    **dict.fromkeys(("国际元", "international $", "intl $", "ppp$"), ("PPP$", 1.0)),
    **dict.fromkeys(("人", "persons", "person", "people", "人次", "名", "person-times", "inhabitants"),
    ("person", 1.0)),
    **dict.fromkeys(("人年", "person-years", "person years"), ("person-year", 1.0)),
    **dict.fromkeys(
        ("个", "家", "件", "项", "篇", "部", "台", "套", "辆", "块", "户", "座", "所", "册", "次", "种", "条",
        "标台", "位", "处", "张", "只", "本",
         "number", "count", "pieces", "telephones", "households", "subscribers", "organisations", "firms",
         "sets", "volumes", "beds", "vehicles",
         "standard vehicles", "patents", "robots", "computers", "websites", "household"),
        ("count", 1.0),
    ),
    **dict.fromkeys(("吨", "t", "tonnes", "tons"), ("t", 1.0)),
    **dict.fromkeys(("千克", "公斤", "kg"), ("t", 1e-3)),
    **dict.fromkeys(("吨标准煤", "吨标煤", "tce", "tonnes of coal equivalent"), ("tce", 1.0)),
    **dict.fromkeys(("千克标准煤", "公斤标准煤", "kgce"), ("tce", 1e-3)),
    **dict.fromkeys(("公里", "千米", "km"), ("km", 1.0)),
    **dict.fromkeys(("米", "m"), ("km", 1e-3)),
    **dict.fromkeys(("平方公里", "平方千米", "km2", "km^2", "sq km", "sq. km"), ("km2", 1.0)),
    **dict.fromkeys(("公顷", "ha", "hectares"), ("km2", 1e-2)),
    **dict.fromkeys(("平方米", "m2", "㎡", "m^2"), ("km2", 1e-6)),
    **dict.fromkeys(("亩", "mu"), ("km2", 1.0 / 1500.0)),
    **dict.fromkeys(("立方米", "m3", "m³", "cubic metres"), ("m3", 1.0)),
    **dict.fromkeys(("千瓦时", "度", "kwh"), ("kWh", 1.0)),
    **dict.fromkeys(("千瓦", "kw"), ("kW", 1.0)),
    **dict.fromkeys(("吨公里", "tonne-km"), ("t km", 1.0)),
    **dict.fromkeys(("人公里", "person-km"), ("person km", 1.0)),
    **dict.fromkeys(("微克", "µg", "μg", "ug"), ("g", 1e-6)),
    **dict.fromkeys(("毫克", "mg"), ("g", 1e-3)),
    **dict.fromkeys(("gb", "吉字节"), ("GB", 1.0)),
    **dict.fromkeys(("tb", "太字节"), ("GB", 1024.0)),
    **dict.fromkeys(("%", "percent", "pct", "per cent", "百分比", "百分点"), ("fraction", 1e-2)),
    **dict.fromkeys(("‰", "per mille", "千分比"), ("fraction", 1e-3)),
    **dict.fromkeys(("份额", "比率", "比例", "比值", "ratio", "share", "fraction", "0-1", "份额,0-1",
    "share,0-1", "share, 0-1"), ("fraction", 1.0)),
    **dict.fromkeys(("小时", "hours"), ("hour", 1.0)),
}  # fmt: skip
_PLAIN = {
    **dict.fromkeys(("指数", "index", "无", "无单位", "没有单位", "none", "-"), "index"),
    **dict.fromkeys(("指数,上年=100", "上年=100", "index,previousyear=100", "previousyear=100"),
    "index, previous year = 100"),
    **dict.fromkeys(("自然对数", "naturallog", "对数", "log", "ln"), "log"),
    **dict.fromkeys(("年", "year", "年份"), "year"),
    **dict.fromkeys(("0/1", "是/否", "yes/no"), "0/1"),
}  # fmt: skip
_TRADITIONAL = str.maketrans("億萬個噸戶", "亿万个吨户")
_NO_UNIT_NEEDED = frozenset({"index", "index, previous year = 100", "log", "year", "0/1"})
_PRICE = re.compile(
    r"\(?(?:以|按)?(?P<year>(?:19|20)\d\d)\s*年?\s*(?:不变价格?|可比价格?|价格?)?\)?|(?:constant|of|at)\s*(?P<of>(?:19|20)\d\d)(?:\s*prices)?"
)
_PER_WHOM = re.compile(r"(?P<each>人均|每人|per capita|per person)|每(?P<whom>[百千万]+[人家户])")
_CURRENT = re.compile(r"\(?(?:现价|当年价格?|按当年价格计算)\)?|\bcurrent\b|\bat current prices\b")
_OF_WHOLE = re.compile(
    r"^占.+?(?=%|‰)|(?<=%)\s*of .+$|(?<=percent)\s*of .+$|^ratio to .+$|^与.+之比$|^share of .+(?=, "
    r"0-1$)|(?:/年|\s*per year)$|份额(?=\s*,\s*0-1)"
)


@dataclass(frozen=True, slots=True)
class Unit:
    """Hold a unit as a dimension and how many of its base units it is; `price_year` where prices are
    constant.
    """

    dimension: str
    factor: float
    price_year: int | None = None


@lru_cache(maxsize=4096)
def parse_unit(text: str) -> Unit | None:
    """Read a unit; ``None`` where it is none that is known.

    Examples
    --------
    >>> parse_unit("亿元"), parse_unit("户/百人").factor, parse_unit("US$ million").factor
    (Unit(dimension='CNY', factor=100000000.0, price_year=None), 0.01, 1000000.0)
    >>> parse_unit("箩筐") is None
    True
    """
    unit = (
        clean_text(text)
        .casefold()
        .replace("–", "-")
        .replace("，", ",")
        .translate(_TRADITIONAL)
        .strip(" ()[]:,;、")
    )
    unit = re.sub(r"^(?:计量)?单位\s*:?\s*", "", unit)
    unit = re.sub(r"元人民币$", "元", re.sub(r"^人民币(?=.*元$)", "", unit))
    squeezed = unit.replace(" ", "")
    if not unit:
        return None
    if squeezed in _PLAIN:
        return Unit(_PLAIN[squeezed], 1.0)
    if unit in _BASES:
        return Unit(*_BASES[unit])
    if _OF_WHOLE.search(unit) and not re.search(r"元|\$", unit):
        rest = _OF_WHOLE.sub("", unit).strip()
        return Unit("fraction", 1.0) if not rest else parse_unit(rest.strip(", "))
    priced = _with_price(unit)
    return priced if priced is not None else _rate(unit)


def conversion_factor(source: str, target: Text, where: Text | str) -> float:
    """Return what to multiply numbers in `source` by to have them in the dictionary's unit.

    Raises
    ------
    PanelError
        If the source unit is unknown, measures something else, or has prices of another year.

    Examples
    --------
    >>> conversion_factor("万元", Text("100 million yuan", "亿元"), "GDP")
    0.0001
    """
    if clean_text(source).casefold() in {clean_text(target.zh).casefold(), clean_text(target.en).casefold()}:
        return 1.0
    given = parse_unit(source)
    wanted = parse_unit(target.zh) or parse_unit(target.en)
    if given is None:
        raise _wrong(where, target, source, Text("is not a unit that is known", "不是已知的单位"))
    if wanted is None:
        raise _wrong(where, target, source, Text("differs from it", "与之不同"))
    if given.dimension == "count" and clean_text(source).strip("()") in _MAGNITUDES:
        raise _wrong(
            where,
            target,
            source,
            Text("does not say of what (元, 人, 个?)", "未写明计量什么（元、人、个？）"),
        )
    if given.dimension != wanted.dimension:
        raise _wrong(where, target, source, Text("measures something else", "量纲不同"))
    if given.price_year != wanted.price_year:
        raise _wrong(where, target, source, Text("has prices of another year", "价格基期不同"))
    return _ratio(given.factor, wanted.factor)


def unit_per(header: str, unit: str, target: Text) -> str:
    """Return the unit of a header that says per whom in its name: 人均GDP(元) is in 元/人,
    每百人计算机数(台) in 台/百人.

    Any other header, and a unit that says it already, returns `unit` as it is.

    Examples
    --------
    >>> unit_per("人均GDP", "万元", Text("yuan per person", "元/人")), unit_per("GDP", "万元",
    ...     Text("yuan per person", "元/人"))
    ('万元/人', '万元')
    """
    wanted, given = parse_unit(target.zh) or parse_unit(target.en), parse_unit(unit)
    found = _PER_WHOM.search(clean_text(header).casefold())
    if wanted is None or given is None or found is None or wanted.dimension == given.dimension:
        return unit
    below = "人" if found.lastgroup == "each" else str(found["whom"])
    whole = parse_unit(f"{unit}/{below}")
    return f"{unit}/{below}" if whole is not None and whole.dimension == wanted.dimension else unit


def needs_unit(target: Text) -> bool:
    """Tell whether numbers of a variable can be read only when their unit is declared (not so for indices
    and years).
    """
    wanted = parse_unit(target.zh) or parse_unit(target.en)
    return wanted is None or wanted.dimension not in _NO_UNIT_NEEDED


def _with_price(unit: str) -> Unit | None:
    """Read constant or current prices: "2015 年美元", "万元(2015年价)", "current US$"."""
    current = _CURRENT.sub("", unit).strip()
    if current != unit:
        return parse_unit(current) if current else None
    found = _PRICE.search(unit)
    if found is None:
        return None
    rest = (unit[: found.start()] + unit[found.end() :]).strip(" ,")
    base = parse_unit(rest) if rest and rest != unit else None
    if base is None or base.price_year is not None:
        return None
    return Unit(base.dimension, base.factor, int(found["year"] or found["of"]))


def _rate(unit: str) -> Unit | None:
    """Read one unit over another, or a magnitude with its base."""
    per = re.match(r"^每(?P<below>百|千|万|十万|百万)?(?P<base>[^\d/]+?)$", unit)
    if per:
        below = _magnitude((per["below"] or "") + per["base"])
        return None if below is None else Unit(f"count/{below.dimension}", 1.0 / below.factor)
    for mark in ("/", " per ", "per "):
        above, found, below_text = unit.partition(mark)
        if found and below_text:
            first = _magnitude(above.strip()) if above.strip() else Unit("count", 1.0)
            second = _magnitude(below_text.strip())
            if first is None or second is None:
                return None
            return Unit(f"{first.dimension}/{second.dimension}", _ratio(first.factor, second.factor))
    return _magnitude(unit)


def _magnitude(unit: str) -> Unit | None:
    if unit in _BASES:
        return Unit(*_BASES[unit])
    for words, spaced in ((_MAGNITUDES, False), (_ENGLISH_MAGNITUDES, True)):
        for word, size in words.items():
            for rest in (unit.removeprefix(word), unit.removesuffix(word) if spaced else unit):
                if rest == unit:
                    continue
                base = _BASES.get(rest.strip()) if rest.strip() else ("count", 1.0)
                if base is not None and base[0] != "fraction":
                    return Unit(base[0], size * base[1])
    return None


def _ratio(above: float, below: float) -> float:
    """Divide so that powers of ten give the nearest decimal: 1e4 over 1e8 is 0.0001 to the last bit."""
    return above / below if above >= below else 1.0 / (below / above)


def _wrong(where: Text | str, target: Text, source: str, what: Text) -> PanelError:
    return PanelError.of("importing.unit_not_converted", where=where, target=target, source=source, what=what)
