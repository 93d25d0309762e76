"""Names to codes: provinces and cities of China, countries, industries, firms."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from digimfg.importing.cells import clean_text
from digimfg.variables.china_places import CITIES, FORMER_CITIES, PROVINCES
from digimfg.variables.countries import COUNTRY_CODES
from digimfg.variables.industries import FORMER_INDUSTRIES, INDUSTRY_CODES, MANUFACTURING_INDUSTRIES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["NAMED_KEYS", "known_names", "resolve_names"]

NAMED_KEYS = ("province", "city", "country", "industry")
"""Keys whose values are codes that names lead to."""

_ETHNIC = re.compile(
    "朝鲜族|土家族|苗族|藏族|羌族|彝族|布依族|侗族|壮族|哈尼族|傣族|白族|景颇族|傈僳族|回族|蒙古族|蒙古|柯尔克孜|哈萨克|维吾尔|黎族"
)
_DECORATION = re.compile(
    r"^(?:\d{1,3}[.、)]\s*|[#*]+)|(?:[*†‡#]+|\[\d+\]|\(\d+\)|\(直辖市\)|(?<=[\u4e00-\u9fff])\d{1,2})$"
)
_LATIN = re.compile(r"[A-Za-z][A-Za-z'. -]*")
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
_MARKET = re.compile(r"^(?:sz|sh|bj)[.:]?(?=\d{6}$)|(?<=\d)\.(?:sz|sh|bj|ss|xshe|xshg)$", re.IGNORECASE)
_LISTED_ELSEWHERE = re.compile(r"^\d{4,5}\.hk$|\.[a-z]{1,2}$", re.IGNORECASE)
_COUNTRIES = {
    "俄罗斯联邦": "RUS", "俄国": "RUS", "刚果民主共和国": "COD", "民主刚果": "COD", "扎伊尔": "COD", "刚果共和国": "COG", "刚果": "COG", "中国香港": "HKG",
    "香港": "HKG", "香港特别行政区": "HKG", "中国澳门": "MAC", "澳门": "MAC", "澳门特别行政区": "MAC", "中国台湾": "TWN", "台湾省": "TWN",
    "中国台湾省": "TWN", "台湾地区": "TWN", "中华人民共和国": "CHN", "中国大陆": "CHN", "中国内地": "CHN", "美利坚合众国": "USA", "大韩民国": "KOR",
    "南韩": "KOR", "北朝鲜": "PRK", "阿联酋": "ARE", "波黑": "BIH", "捷克共和国": "CZE", "多米尼加": "DOM", "孟加拉": "BGD", "印尼": "IDN",
    "巴勒斯坦": "PSE", "马其顿": "MKD", "北马其顿共和国": "MKD", "缅甸联邦": "MMR", "沙特": "SAU", "斯洛伐克共和国": "SVK", "也门共和国": "YEM",
    "吉尔吉斯": "KGZ", "吉尔吉斯共和国": "KGZ", "叙利亚共和国": "SYR", "阿拉伯叙利亚共和国": "SYR", "委内瑞拉玻利瓦尔共和国": "VEN", "玻利维亚多民族国": "BOL",
    "伊朗伊斯兰共和国": "IRN", "坦桑尼亚联合共和国": "TZA", "摩尔多瓦共和国": "MDA", "文莱达鲁萨兰国": "BRN", "埃斯瓦蒂尼": "SWZ", "中非": "CAF",
    "圣多美普林西比": "STP", "巴布亚新几内亚独立国": "PNG", "联合王国": "GBR", "大不列颠及北爱尔兰联合王国": "GBR", "老挝人民民主共和国": "LAO",
    "利比亚民众国": "LBY", "塞尔维亚共和国": "SRB", "荷兰王国": "NLD", "冈比亚共和国": "GMB", "巴哈马群岛": "BHS", "科特迪瓦共和国": "CIV", "象牙海岸": "CIV",
    "海湾阿拉伯国家阿联酋": "ARE", "东帝汶民主共和国": "TLS", "毛里塔尼亚伊斯兰共和国": "MRT", "特立尼达多巴哥": "TTO", "阿拉伯埃及共和国": "EGY", "越南社会主义共和国": "VNM",
}  # fmt: skip


def resolve_names(
    key: str,
    values: Iterable[object],
    given: Mapping[str, str],
    *,
    thorough: bool = True,
    stock: bool = False,
) -> dict[object, str | None]:
    """Return the code of each distinct value of a key; ``None`` where there is none.

    Parameters
    ----------
    key
        ``"province"``, ``"city"``, ``"country"``, ``"industry"`` by code or name; any other key keeps its text.
    values
        Codes, full or short names, former names.
    given
        Names of the mapping → code or known name; they come first.
    thorough
        Whether names of countries that are not in the tables go to country_converter, which is slow.
    stock
        Whether a header says that firms are named by their stock codes.
    """
    distinct = dict.fromkeys(values)
    cleaned = {value: clean_text(value).replace(" ", "") for value in distinct}
    own = {
        clean_text(name).replace(" ", ""): clean_text(code).replace(" ", "") for name, code in given.items()
    }
    if key == "firm":
        return _firms({value: own.get(text, text) for value, text in cleaned.items()}, stock)
    if key not in NAMED_KEYS:
        return {value: own.get(text, text) or None for value, text in cleaned.items()}
    table = known_names(key)
    spaced = {value: clean_text(value) for value in distinct} if key == "country" else cleaned
    found = {value: _lookup(key, own.get(cleaned[value], text), table) for value, text in spaced.items()}
    if key == "country" and thorough:
        missing = [
            value
            for value, code in found.items()
            if code is None and any(letter.isalpha() for letter in cleaned[value])
        ]
        found |= _converted({value: own.get(cleaned[value], spaced[value]) for value in missing})
    return found


@cache
def known_names(key: str) -> dict[str, str]:
    """Return every code and name, in lower case without spaces, that leads to a code of a key.

    Examples
    --------
    >>> known_names("province")["广西"], known_names("city")["恩施州"], known_names("city")["襄樊"]
    ('450000', '422800', '420600')
    """
    if key == "province":
        return _provinces()
    if key == "city":
        return _cities()
    if key == "country":
        return {code.casefold(): code for code in COUNTRY_CODES}
    if key == "industry":
        names = {name: code for code, name in MANUFACTURING_INDUSTRIES.items()} | FORMER_INDUSTRIES
        codes = {code.casefold(): code for code in INDUSTRY_CODES}
        digits = {code[1:]: code for code in INDUSTRY_CODES if code[0] in "BCD"}
        return {**{name.replace(" ", ""): code for name, code in names.items()}, **codes, **digits}
    return {}


def _lookup(key: str, text: str, table: Mapping[str, str]) -> str | None:
    found = _exact(key, text, table)
    if found is None and key in ("province", "city"):
        found = _undecorated(key, text, table)
    return found


def _undecorated(key: str, text: str, table: Mapping[str, str]) -> str | None:
    """Look a name up without its number, its footnote mark, its translation, or in simplified characters."""
    bare = _DECORATION.sub("", _DECORATION.sub("", text)).strip()
    bare = bare.translate(_TRADITIONAL)
    chinese = _LATIN.sub("", bare).strip()
    if not chinese or chinese.isascii():
        return None
    found = _exact(key, chinese, table)
    if found is None and key == "province":
        found = _ABBREVIATIONS.get(chinese)
    latin = _LATIN.search(bare)
    other = _exact(key, latin.group(0), table) if latin else None
    return found if other in (None, found) else None


def _exact(key: str, text: str, table: Mapping[str, str]) -> str | None:
    plain = text.replace(" ", "").casefold()
    if plain in table:
        return table[plain]
    if key in ("province", "city") and re.fullmatch(r"\d{6}(0{6})?(\.0)?", plain):
        return table.get(plain[:6])
    if key == "province" and re.fullmatch(r"\d{2}", plain):
        return table.get(plain + "0000")
    if key == "city" and re.fullmatch(r"\d{4}", plain):
        return table.get(plain + "00")
    if key == "industry":
        code = re.match(r"^([A-Sa-s]\d\d)", plain)
        return table.get(code.group(1)) if code else None
    return None


def _provinces() -> dict[str, str]:
    names: dict[str, str] = {}
    for code, (full, short, english) in PROVINCES.items():
        for name in (code, full, short, english, f"{short}省", f"{short}市", f"{short}自治区"):
            names[name.replace(" ", "").casefold()] = code
    return names | {
        "xizang": "540000",
        "neimenggu": "150000",
        "innermongol": "150000",
        "nmg": "150000",
        "shanxi(陕)": "610000",
    }


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
    return {name: code for name, code in former.items() if name not in names} | names


def _firms(texts: Mapping[object, str], told: bool) -> dict[object, str | None]:
    """Take off markets and quotation marks, and fill stock codes up to six digits: a shorter one lost its zeros.

    Codes are those of stocks where the header says so or one has six digits; a firm "7" of other data stays "7".
    """
    stripped = {value: _MARKET.sub("", text.strip("'\u2018\u2019`")) for value, text in texts.items()}
    codes = [text for text in stripped.values() if text]
    stock = (told or any(re.fullmatch(r"\d{6}", text) for text in codes)) and all(
        re.fullmatch(r"\d{1,6}", text) or _LISTED_ELSEWHERE.search(text) for text in codes
    )
    return {
        value: (text.zfill(6) if stock and text.isdigit() else text) or None
        for value, text in stripped.items()
    }


def _converted(texts: Mapping[object, str]) -> dict[object, str | None]:
    if not texts:
        return {}
    names = _country_names()
    found: dict[object, str | None] = {
        value: names.get(text.replace(" ", "").casefold()) for value, text in texts.items()
    }
    rest = [value for value, code in found.items() if code is None]
    if not rest:
        return found
    for value in rest:
        found[value] = _by_pattern(texts[value])
    return found


def _by_pattern(text: str) -> str | None:
    """Return the one country whose ISO code or pattern of names in country_converter's table a text matches."""
    names, codes = _country_patterns()
    if len(text) == 2:
        return codes.get(text.upper())
    matched = {code for pattern, code in names if pattern.search(text)}
    return matched.pop() if len(matched) == 1 else None


@cache
def _country_patterns() -> tuple[list[tuple[re.Pattern[str], str]], dict[str, str]]:
    import csv
    from importlib.resources import files

    # The table itself, not the converter: that one builds frames that newer versions of pandas read differently.
    table = files("country_converter").joinpath("country_data.tsv").read_text(encoding="utf-8")
    rows = [row for row in csv.DictReader(table.splitlines(), delimiter="\t") if not row["obsolete"]]
    held = [(row, "XKX" if row["ISO3"] == "XKV" else row["ISO3"]) for row in rows]
    held = [(row, code) for row, code in held if code in COUNTRY_CODES]
    # ISO2 holds patterns too: ^GB$|^UK$
    two = {short: code for row, code in held for short in re.findall(r"[A-Z]{2}", row["ISO2"])}
    return [(re.compile(row["regex"], re.IGNORECASE), code) for row, code in held], two


@cache
def _country_names() -> dict[str, str]:
    """Return English and Chinese names of the shipped panel's countries."""
    from digimfg.panels.store import load_panel

    frame = load_panel("world")[["country", "country_name_en", "country_name_zh"]].drop_duplicates("country")
    return _COUNTRIES | {
        clean_text(name).replace(" ", "").casefold(): str(code)
        for code, *pair in frame.itertuples(index=False)
        for name in pair
        if isinstance(name, str)
    }
