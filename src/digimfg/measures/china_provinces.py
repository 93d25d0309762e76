"""Which provinces of China border which: contiguity as data, with the rule for the island stated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from digimfg.arguments import checked
from digimfg.errors import MeasureError
from digimfg.measures.contract import WEIGHT, measure
from digimfg.measures.spatial_weights import contiguity_weights
from digimfg.text import Text
from digimfg.variables.china_places import PROVINCES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from digimfg.estimators.spatial.weights import WeightMatrix

__all__ = ["PROVINCE_BORDERS", "china_province_weights", "province_short_name"]

# Land borders of the 31 provincial units of the mainland, as on the administrative map; each pair once. A
# public
# geographic fact: no boundary file is needed, and none is shipped.
PROVINCE_BORDERS: dict[str, str] = {
    "北京": "天津 河北",
    "天津": "河北",
    "河北": "山西 内蒙古 辽宁 山东 河南",
    "山西": "内蒙古 河南 陕西",
    "内蒙古": "辽宁 吉林 黑龙江 陕西 甘肃 宁夏",
    "辽宁": "吉林",
    "吉林": "黑龙江",
    "黑龙江": "",
    "上海": "江苏 浙江",
    "江苏": "浙江 安徽 山东",
    "浙江": "安徽 福建 江西",
    "安徽": "江西 山东 河南 湖北",
    "福建": "江西 广东",
    "江西": "湖北 湖南 广东",
    "山东": "河南",
    "河南": "湖北 陕西",
    "湖北": "湖南 重庆 陕西",
    "湖南": "广东 广西 重庆 贵州",
    "广东": "广西",
    "广西": "贵州 云南",
    "海南": "",
    "重庆": "四川 贵州 陕西",
    "四川": "贵州 云南 西藏 陕西 甘肃 青海",
    "贵州": "云南",
    "云南": "西藏",
    "西藏": "青海 新疆",
    "陕西": "甘肃 宁夏",
    "甘肃": "青海 宁夏 新疆",
    "青海": "新疆",
    "宁夏": "",
    "新疆": "",
}

_HAINAN = {"guangdong": ("广东",), "guangdong_guangxi": ("广东", "广西"), "none": ()}


@measure(gaps="not read", gives={"values": WEIGHT})
@checked
def china_province_weights(
    provinces: Iterable[str] | None = None,
    *,
    hainan: Literal["guangdong", "guangdong_guangxi", "none"] = "guangdong",
) -> WeightMatrix:
    """Return contiguity weights of China's provinces, Hainan linked by rule.

    Parameters
    ----------
    provinces
        Names as in your data, short or full (``"内蒙古"``, ``"内蒙古自治区"``), or codes (``"150000"``), in
        any order; they become the labels. By default all 31 short names, which meet a panel of codes as
        well. Weights are built among these units only, so that leaving out Tibet leaves its neighbours
        without that link.
    hainan
        The island of Hainan borders nobody; the custom is a link to ``"guangdong"``, some add Guangxi;
        ``"none"`` leaves an island, which most methods then refuse.

    Returns
    -------
    WeightMatrix
        Ones where two provinces share a land border (or by the rule), symmetric, not standardised.

    Raises
    ------
    MeasureError
        If a name is not one of the 31, or occurs twice.

    Examples
    --------
    >>> weights = china_province_weights(["广东省", "海南省", "广西壮族自治区"])
    >>> weights.matrix.toarray().tolist()
    [[0.0, 1.0, 1.0], [1.0, 0.0, 0.0], [1.0, 0.0, 0.0]]
    """
    given = list(PROVINCE_BORDERS) if provinces is None else [str(name) for name in provinces]
    short = [province_short_name(name) for name in given]
    if len(set(short)) < len(short):
        twice = sorted({name for name in short if short.count(name) > 1})
        raise MeasureError.of("measures.province_twice", twice=twice[:5])
    label = dict(zip(short, given, strict=True))
    near: dict[str, list[str]] = {name: [] for name in given}
    borders = [(one, other) for one, others in PROVINCE_BORDERS.items() for other in others.split()]
    for one, other in [*borders, *(("海南", other) for other in _HAINAN[hainan])]:
        if one in label and other in label:
            near[label[one]].append(label[other])
            near[label[other]].append(label[one])
    return contiguity_weights(near)


def province_short_name(name: str) -> str:
    """Return the short name of a province from a name or its GB/T 2260 code.

    Raises
    ------
    MeasureError
        If it is not one of the 31.

    Examples
    --------
    >>> province_short_name("新疆维吾尔自治区"), province_short_name(" 北京市 "), province_short_name("150000")
    ('新疆', '北京', '内蒙古')
    """  # noqa: E501
    short = name.strip()
    if short in PROVINCES:
        return PROVINCES[short][1]
    for full, known, _ in PROVINCES.values():
        if short in (full, f"{known}自治区" if full.endswith("自治区") else full):
            return known
    if short not in PROVINCE_BORDERS:
        raise MeasureError.of("measures.province_unknown", got=Text.of(repr(name)))
    return short
