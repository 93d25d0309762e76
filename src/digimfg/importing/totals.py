"""Rows of tables that are no unit of a panel: totals and averages of a nation, a region, a group of
countries.
"""

from __future__ import annotations

import re
from functools import cache

from digimfg.importing.cells import clean_text
from digimfg.variables.country_names import compared, country_code, region_names

__all__ = ["AGGREGATES", "is_total"]

_REGIONS = (
    "全国", "全省", "东部", "中部", "西部", "东北", "沿海", "内陆", "华北", "华东", "华中", "华南", "西南",
    "西北", "长江经济带", "长三角", "珠三角",
    "京津冀", "黄河流域", "东中部", "中西部", "东北三省",
)  # fmt: skip
_OTHERS = ("", "全市", "省会", "省会城市", "地级市", "城市", "省份", "各省", "各市", "样本", "地区")
_SUMS = ("合计", "总计", "小计", "平均", "均值", "平均值", "总体")
AGGREGATES = frozenset(
    {region + area + end for region in _REGIONS for area in ("", "地区", "区域", "省份") for end in ("",
    *_SUMS)}
    | {other + end for other in _OTHERS for end in _SUMS}
    | {"中国", "国家", "national", "china", "total", "nation", "nationaltotal", "average", "mean"}
)  # fmt: skip
"""Rows of Chinese tables that are no province or city: left out and counted."""

_GROUPS = (
    "Africa Eastern and Southern", "Africa Western and Central", "Arab World", "Caribbean small states",
    "Central Europe and the Baltics",
    "Early-demographic dividend", "East Asia & Pacific", "Euro area", "Europe & Central Asia",
    "European Union",
    "Fragile and conflict affected situations", "Heavily indebted poor countries (HIPC)", "High income",
    "IBRD only", "IDA & IBRD total",
    "IDA blend", "IDA only", "IDA total", "Late-demographic dividend", "Latin America & Caribbean",
    "Least developed countries: UN classification", "Low & middle income", "Low income",
    "Lower middle income",
    "Middle East & North Africa", "Middle East, North Africa, Afghanistan & Pakistan", "Middle income",
    "North America", "Not classified",
    "OECD members", "Other small states", "Pacific island small states", "Post-demographic dividend",
    "Pre-demographic dividend",
    "Small states", "South Asia", "Sub-Saharan Africa", "Upper middle income", "World", "OECD", "EU", "EU27",
    "EU28", "Africa", "Asia",
    "Europe", "Oceania", "Latin America & the Caribbean", "Americas", "G7", "G20", "世界", "全世界", "全球",
    "欧盟", "欧元区", "经合组织", "经合组织成员",
    "经合组织成员国", "高收入国家", "中等收入国家", "中高等收入国家", "中低等收入国家", "低收入国家",
    "最不发达国家", "亚洲", "非洲", "欧洲", "美洲",
    "北美", "北美洲", "南美洲", "拉丁美洲", "大洋洲", "东亚和太平洋", "东亚与太平洋地区", "南亚",
    "撒哈拉以南非洲", "合计", "总计", "平均", "均值", "Total",
    "Average", "EA", "EMU", "BRICS", "ASEAN", "MERCOSUR", "NAFTA", "EFTA", "ROW", "东盟", "金砖国家",
    "发达国家", "发展中国家", "新兴市场",
    "Advanced economies", "Developing economies", "Emerging market and developing economies",
    "Emerging markets", "Channel Islands",
)  # fmt: skip
_CODES = (
    "AFE", "AFW", "CHI", "ARB", "CSS", "CEB", "EAR", "EAS", "EAP", "TEA", "EMU", "ECS", "ECA", "TEC", "EUU",
    "FCS", "HPC", "HIC", "IBD", "IBT", "IDB",
    "IDX", "IDA", "LTE", "LCN", "LAC", "TLA", "LDC", "LMY", "LIC", "LMC", "MEA", "MNA", "TMN", "MIC", "NAC",
    "INX", "OED", "OSS", "PSS", "PST",
    "PRE", "SST", "SAS", "TSA", "SSF", "SSA", "TSS", "UMC", "WLD", "OWID_WRL",
)  # fmt: skip
_EXCEPT = ("(excluding high income)", "(IDA & IBRD countries)", "(IDA & IBRD)")
_REST = re.compile(
    r"^(?:the )?(?:rest of|others?\b|remaining\b|unspecified|not specified)|^(?:世界)?(?:其他|其它|其余)"
)
_WITHOUT = re.compile(
    r"^(.+?)[\s,:(-]*(?:\bexcl|\bexcept|\bwithout\b|\bless\b|\bminus\b|\bex\b|不含|不包括|除)"
)
_WITHOUT_BEFORE = re.compile(r"^(?:除|不含|不包括).+?(?:以外的?|之外的?|外的?|的)(.+)$")
_COUNTED = re.compile(
    r"[\s,(-]*\(?\d{2}(?:[\s_-]*(?:countries|members|member states|国))?\)?(?:[\s_]*\(?(?:from "
    r")?\d{4}\)?)?\)?$|[\s,-]+(?:total|average|mean|aggregate)$"
)


def is_total(value: object, key: str) -> bool:
    """Tell whether a cell in the column of a key names a total or an average of several units.

    Examples
    --------
    >>> is_total("东 部 地 区", "province"), is_total("South Asia (IDA & IBRD)", "country"), is_total("北京",
    ...     "province")
    (True, True, False)
    >>> is_total("Asia (excl. Japan)", "country"), is_total("EU27_2020",
    ...     "country"), is_total("China (excl. Hong Kong)", "country")
    (True, True, False)
    """
    if key == "country":
        return _is_group(clean_text(value).casefold().strip("#* "))
    return key in ("province", "city") and _plain(value) in AGGREGATES


def _is_group(text: str) -> bool:
    """Tell whether a name is that of a group of countries, whole, counted, without some, or of all others."""
    if compared(text) in _groups() or _REST.search(text):
        return True
    heads = [_COUNTED.sub("", text)]
    heads += [found[1] for pattern in (_WITHOUT, _WITHOUT_BEFORE) if (found := pattern.search(text))]
    return any(compared(head) in _groups() for head in heads)


def _plain(value: object) -> str:
    return clean_text(value).replace(" ", "").lstrip("#*").casefold()


@cache
def _groups() -> frozenset[tuple[str, ...]]:
    names = [*_GROUPS, *_CODES, *region_names()]
    names += [f"{name} {group}" for name in _GROUPS for group in _EXCEPT]
    return frozenset(compared(name) for name in names if country_code(name) is None)
