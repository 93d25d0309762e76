"""Two-digit industries of China: codes of GB/T 4754 with their section letter, as the CSRC uses them."""

from __future__ import annotations

__all__ = ["FORMER_INDUSTRIES", "INDUSTRY_CODES", "MANUFACTURING_INDUSTRIES", "has_other_extent"]

_SECTIONS = {
    "A": (1, 5), "B": (6, 12), "C": (13, 43), "D": (44, 46), "E": (47, 50), "F": (51, 52), "G": (53, 60),
    "H": (61, 62), "I": (63, 65), "J": (66, 69), "K": (70, 70), "L": (71, 72), "M": (73, 75), "N": (76, 79),
    "O": (80, 82), "P": (83, 83), "Q": (84, 85), "R": (86, 90), "S": (91, 96),
}  # fmt: skip
# The CSRC's guideline of 2012 numbers the last sections one lower than GB/T 4754.
_CSRC_ONLY = (
    "O79", "P82", "Q83", "R85", "S90",
)  # fmt: skip

_MANUFACTURING = (
    "农副食品加工业 食品制造业 酒、饮料和精制茶制造业 烟草制品业 纺织业 纺织服装、服饰业 皮革、毛皮、羽毛及其制品和制鞋业 "
    "木材加工和木、竹、藤、棕、草制品业 家具制造业 造纸和纸制品业 印刷和记录媒介复制业 文教、工美、体育和娱乐用品制造业 "
    "石油、煤炭及其他燃料加工业 化学原料和化学制品制造业 医药制造业 化学纤维制造业 橡胶和塑料制品业 非金属矿物制品业 "
    "黑色金属冶炼和压延加工业 有色金属冶炼和压延加工业 金属制品业 通用设备制造业 专用设备制造业 汽车制造业 "
    "铁路、船舶、航空航天和其他运输设备制造业 电气机械和器材制造业 计算机、通信和其他电子设备制造业 仪器仪表制造业 "
    "其他制造业 废弃资源综合利用业 金属制品、机械和设备修理业"
)

INDUSTRY_CODES: tuple[str, ...] = tuple(
    sorted(
        {
            f"{section}{number:02d}"
            for section, (first, last) in _SECTIONS.items()
            for number in range(first, last + 1)
        }
        | set(_CSRC_ONLY)
    )
)
"""Every two-digit industry, ``A01`` to ``S96``."""

MANUFACTURING_INDUSTRIES: dict[str, str] = {
    f"C{number}": name for number, name in zip(range(13, 44), _MANUFACTURING.split(), strict=True)
}
"""Code → Chinese name of the 31 divisions of manufacturing (GB/T 4754-2017)."""

FORMER_INDUSTRIES: dict[str, str] = {
    "石油加工、炼焦和核燃料加工业": "C25",
    "石油加工、炼焦及核燃料加工业": "C25",
    "化学原料及化学制品制造业": "C26",
    "黑色金属冶炼及压延加工业": "C31",
    "有色金属冶炼及压延加工业": "C32",
    "电气机械及器材制造业": "C38",
    "通信设备、计算机及其他电子设备制造业": "C39",
    "造纸及纸制品业": "C22",
    "饮料制造业": "C15",
    "印刷业和记录媒介的复制": "C23",
    "木材加工及木、竹、藤、棕、草制品业": "C20",
    "废弃资源和废旧材料回收加工业": "C42",
}
"""Names of earlier editions, of industries that kept their extent → the code of today; most had another code then."""
_NARROW = str.maketrans("（）", "()")
_OTHER_EXTENTS = frozenset(
    {
        "纺织服装、鞋、帽制造", "皮革、毛皮、羽毛(绒)及其制品", "皮革、毛皮、羽绒及其制品", "皮革、毛皮、羽毛及其制品", "文教体育用品制造",
        "橡胶制品", "塑料制品", "交通运输设备制造", "仪器仪表及文化、办公用机械制造", "工艺品及其他制造",
    }
)  # fmt: skip


def has_other_extent(name: str) -> bool:
    """Tell whether a name is of an industry of GB/T 4754-2002 that the edition of 2011 split, joined or cut differently.

    No code of today means what such a name does.

    Parameters
    ----------
    name
        Chinese, without spaces.

    Examples
    --------
    >>> [has_other_extent(name) for name in ("塑料制品业", "交通运输设备制造业", "医药制造业")]
    [True, True, False]
    """
    return name.translate(_NARROW).removesuffix("业") in _OTHER_EXTENTS
