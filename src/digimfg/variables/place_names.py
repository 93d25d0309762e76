"""Names of China's provinces and cities to codes: a name is known as a whole or not at all, never by a part of it."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from digimfg.spelling import clean_text
from digimfg.variables.china_places import CITIES, CITY_LATIN, FORMER_CITIES, PROVINCES

__all__ = ["known_places", "place_code", "unmarked"]

_ETHNIC = re.compile(
    "朝鲜族|土家族|苗族|藏族|羌族|彝族|布依族|侗族|壮族|哈尼族|傣族|白族|景颇族|傈僳族|回族|蒙古族|蒙古|柯尔克孜|哈萨克|维吾尔|黎族"
)
_MARKS = re.compile(
    r"^(?:\d{1,3}[.、)]\s*|[#*]+)|(?:[*†‡#]+|\[\d+\]|\(\d+\)|\(直辖市\)|(?<=[^\W\d_])\d{1,2})$"
)
_LATIN = re.compile("[A-Za-z\u00c0-\u024f][A-Za-z\u00c0-\u024f'\u2019 .-]*")
_AUTONOMOUS = re.compile(r"(?: [a-z,-]+)* autonomous prefecture$")
_TRADITIONAL = str.maketrans(
    "廣東慶陝陜龍遼寧蘇貴雲肅內爾濱漢長門滬區臺灣縣風團連瀋錦營樂濟濰煙蕪馬鞍滁銅漳廈", "广东庆陕陕龙辽宁苏贵云肃内尔滨汉长门沪区台湾县风团连沈锦营乐济潍烟芜马鞍滁铜漳厦"
)  # fmt: skip
_ABBREVIATIONS = {
    "京": "110000", "津": "120000", "冀": "130000", "晋": "140000", "蒙": "150000", "辽": "210000", "吉": "220000", "黑": "230000",
    "沪": "310000", "苏": "320000", "浙": "330000", "皖": "340000", "闽": "350000", "赣": "360000", "鲁": "370000", "豫": "410000",
    "鄂": "420000", "湘": "430000", "粤": "440000", "桂": "450000", "琼": "460000", "渝": "500000", "川": "510000", "蜀": "510000",
    "贵": "520000", "黔": "520000", "云": "530000", "滇": "530000", "藏": "540000", "陕": "610000", "秦": "610000", "甘": "620000",
    "陇": "620000", "青": "630000", "宁": "640000", "新": "650000",
}  # fmt: skip
_PROVINCE_ENDINGS = {
    "省": ("省", " province", " sheng"),
    "市": ("市", " city", " municipality", " shi"),
    "自治区": ("自治区", "省", " autonomous region"),
}
_CITY_ENDINGS = {
    "市": (" city", " municipality", " shi"),
    "自治州": (" prefecture",),
    "地区": (" prefecture", " diqu"),
    "盟": (" league",),
}
_OTHER_PROVINCE_NAMES = {
    "xizang": "540000", "xizang autonomous region": "540000", "neimenggu": "150000", "neimenggu autonomous region": "150000",
    "nei mongol": "150000", "inner mongol": "150000", "nmg": "150000", "shanxi(陕)": "610000", "ningxia hui": "640000",
    "guangxi zhuang": "450000", "guangxi zhuang autonomous region": "450000", "ningxia hui autonomous region": "640000",
    "xinjiang uygur": "650000", "xinjiang uygur autonomous region": "650000", "xinjiang uyghur": "650000",
    "xinjiang uyghur autonomous region": "650000",
}  # fmt: skip


def place_code(key: str, text: str) -> str | None:
    """Return the GB/T 2260 code of a province's or city's code or whole name; ``None`` where it is none.

    Parameters
    ----------
    key
        ``"province"`` or ``"city"``.
    text
        Full, short, English or former name, with or without its number, footnote mark or translation; a translation of
        another place, or any other words beside the name, make it unknown.

    Examples
    --------
    >>> place_code("province", "1. 内蒙古 Inner Mongolia"), place_code("city", "襄樊"), place_code("city", "杭州 Hangzhou")
    ('150000', '420600', '330100')
    >>> [place_code("province", text) for text in ("上海 Pudong", "四川(含重庆)", "吉林市", "陕西 Shanxi")]
    [None, None, None, None]
    """
    table = known_places(key)
    code = _exact(key, text, table)
    if code is not None:
        return code
    bare = unmarked(text).translate(_TRADITIONAL)
    chinese, latin = _LATIN.sub("", bare).strip("() "), " ".join(_LATIN.findall(bare))
    if not chinese or chinese.isascii():
        return _exact(key, bare, table)
    code = _exact(key, chinese, table)
    if code is None and key == "province":
        code = _ABBREVIATIONS.get(chinese)
    return code if not latin or code in _named_in_latin(key, latin) else None


def unmarked(text: str) -> str:
    """Return a name without its number and its footnote mark.

    Examples
    --------
    >>> unmarked("3. 河北[1]"), unmarked("Germany*")
    ('河北', 'Germany')
    """
    return _MARKS.sub("", _MARKS.sub("", clean_text(text))).strip()


@cache
def known_places(key: str) -> dict[str, str]:
    """Return every code and name, as `place_code` compares them, that leads to a code of provinces or cities.

    Examples
    --------
    >>> known_places("province")["广西"], known_places("city")["恩施州"], known_places("city")["襄樊"]
    ('450000', '422800', '420600')
    """
    return _provinces() if key == "province" else _cities()


def _exact(key: str, text: str, table: dict[str, str]) -> str | None:
    plain = _compared(text)
    if plain in table:
        return table[plain]
    if re.fullmatch(r"\d{6}(0{6})?(\.0)?", plain):
        return table.get(plain[:6])
    if re.fullmatch(r"\d{2}" if key == "province" else r"\d{4}", plain):
        return table.get(plain.ljust(6, "0"))
    return None


def _compared(text: str) -> str:
    """Return a name in lower case without accents, spaces and the marks within Latin words: Xi'an, Lüliang."""
    plain = clean_text(text).casefold()
    if not plain.isascii():
        letters = unicodedata.normalize("NFKD", plain)
        plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return re.sub(r"[ '\u2018\u2019-]", "", plain)


def _named_in_latin(key: str, latin: str) -> set[str]:
    """Return the codes that a name in Latin letters may stand for; several cities share one."""
    names = _latin_names(key)
    plain = latin.casefold().strip(" .-")
    return names.get(_compared(plain), set()) or names.get(_compared(_AUTONOMOUS.sub("", plain)), set())


@cache
def _latin_names(key: str) -> dict[str, set[str]]:
    names: dict[str, set[str]] = {}
    if key == "province":
        for name, code in _provinces().items():
            if name.isascii():
                names.setdefault(name, set()).add(code)
        return names
    for code, listed in CITY_LATIN.items():
        endings = next((ends for end, ends in _CITY_ENDINGS.items() if CITIES[code].endswith(end)), ())
        for name in listed:
            for ending in ("", *endings):
                names.setdefault(_compared(name + ending), set()).add(code)
    return names


def _provinces() -> dict[str, str]:
    names: dict[str, str] = {}
    for code, (full, short, english) in PROVINCES.items():
        names |= dict.fromkeys((code, full, short, _compared(english)), code)
        kind = next(kind for kind in ("自治区", "省", "市") if full.endswith(kind))
        for ending in _PROVINCE_ENDINGS[kind]:
            names[_compared((english if ending.startswith(" ") else short) + ending)] = code
    return names | {_compared(name): code for name, code in _OTHER_PROVINCE_NAMES.items()}


def _cities() -> dict[str, str]:
    names: dict[str, str] = {}
    for code, full in CITIES.items():
        short = re.sub(r"(自治州|地区|盟|林区|市)$", "", full)
        plain = _ETHNIC.sub("", short)
        forms = {code, full, short}
        if full.endswith("自治州"):
            forms |= {f"{plain}州", f"{plain}自治州"} | ({plain} if code != "632500" else set())
        for name in forms:
            names.setdefault(name.casefold(), code)
    names |= {"巴州": "652800", "博州": "652700", "克州": "653000"}
    former = dict(FORMER_CITIES)
    former |= {re.sub(r"(地区|市)$", "", name): code for name, code in FORMER_CITIES.items()}
    # The island of Hainan and the prefecture in Qinghai share their name: neither is meant by it alone.
    latin = {
        name: next(iter(codes))
        for name, codes in _latin_names("city").items()
        if len(codes) == 1 and name != "hainan"
    }
    return {name: code for name, code in (latin | former).items() if name not in names} | names
