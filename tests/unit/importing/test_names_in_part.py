"""A name is known as a whole or not at all: within a longer one, which excludes, adds, or names a part or a former state, it says nothing."""

import csv
import tomllib
from importlib.resources import files
from pathlib import Path

import pytest
from babel.core import get_global
from refused import refused

import digimfg as dm
from digimfg.importing.names import resolve_names
from digimfg.importing.totals import is_total
from digimfg.variables.china_places import CITIES, CITY_LATIN, PROVINCES
from digimfg.variables.countries import COUNTRIES
from digimfg.variables.country_names import compared, country_code, display_names, region_names
from digimfg.variables.place_names import place_code

ALIASES = tomllib.loads(files("digimfg.variables").joinpath("data/country_names.toml").read_text("utf-8"))


def one(key, text):
    return resolve_names(key, [text], {})[text]


@pytest.mark.parametrize(
    "name",
    [
        # exclude or add
        "China excluding Hong Kong", "China (incl. Hong Kong)", "Serbia (excluding Kosovo)", "Denmark excl. Greenland", "Norway, mainland",
        "France, metropolitan", "China and India", "中国(不含港澳台)", "除中国外", "日本以外",
        # parts
        "England", "Scotland", "Wales", "Northern Ireland", "Great Britain", "Holland", "Flanders", "Somaliland", "Puntland", "Zanzibar",
        "Tanganyika", "Mainland Tanzania", "Northern Cyprus", "Turkish Republic of Northern Cyprus", "Crimea", "Abkhazia", "South Ossetia",
        "Transnistria", "Chechnya", "Tibet", "Inner Mongolia", "Hawaii", "Alaska", "Canary Islands", "Azores", "Bavaria", "Quebec", "Gaza Strip",
        "West Bank", "New Guinea", "Papua", "West Irian", "Sikkim", "Goa", "Kashmir", "Kurdistan", "DE1", "FR10", "UKI", "英格兰", "苏格兰", "北爱尔兰",
        "桑给巴尔", "索马里兰", "北塞浦路斯", "克里米亚", "夏威夷", "内蒙古", "西藏",
        # former states and unions of another extent
        "Czechoslovakia", "Yugoslavia", "Yugoslav SFR", "Yugoslavia, Federal Republic of", "Serbia and Montenegro", "USSR", "U.S.S.R.", "Soviet Union",
        "Former Soviet Union", "Union of Soviet Socialist Republics", "East Germany", "West Germany", "German Democratic Republic",
        "Germany, Fed. Rep. (former)", "Germany (West)", "Netherlands Antilles", "Yemen Arab Republic", "Yemen, North", "South Yemen",
        "Yemen, People's Democratic Republic of", "North Vietnam", "South Vietnam", "Vietnam, Republic of", "Sudan (former)", "Sudan (pre-2011)",
        "Ethiopia (former)", "Ethiopia PDR", "Ethiopia and Eritrea", "Pakistan (incl. Bangladesh)", "Belgium-Luxembourg", "Austria-Hungary",
        "Prussia", "Ottoman Empire", "Rhodesia", "French Indochina", "Pacific Islands, Trust Territory", "Panama Canal Zone", "British India",
        "CSK", "YUG", "SUN", "SCG", "DDR", "ANT", "前苏联", "苏联", "南斯拉夫", "捷克斯洛伐克", "塞尔维亚和黑山", "东德", "西德", "荷属安的列斯",
        # groups
        "World", "World excluding China", "Asia (excl. Japan)", "OECD members", "Rest of World", "Euro area", "EU-27", "Latin America", "Central Asia",
        "Middle East", "G20", "Africa", "Benelux", "Baltic States", "Nordic countries", "世界", "东盟", "亚洲(不含日本)",
    ],
)  # fmt: skip
def test_a_part_a_union_or_a_former_state_is_no_country(name):
    assert one("country", name) is None


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Hong Kong SAR, China", "HKG"), ("China, Hong Kong SAR", "HKG"), ("Macao SAR, China", "MAC"), ("China, Taiwan Province", "TWN"),
        ("Taiwan, China", "TWN"), ("Taiwan, Province of China", "TWN"), ("Chinese Taipei", "TWN"), ("China, P.R.: Mainland", "CHN"), ("Korea, Dem. Rep.", "PRK"),
        ("Korea, Dem. People's Rep.", "PRK"), ("Korea, Rep.", "KOR"), ("Korea", "KOR"), ("Congo, Dem. Rep.", "COD"), ("Congo, Rep.", "COG"),
        ("Congo, Democratic Republic of the", "COD"), ("DRC", "COD"), ("Guinea", "GIN"), ("Equatorial Guinea", "GNQ"), ("Guinea-Bissau", "GNB"),
        ("Papua New Guinea", "PNG"), ("Niger", "NER"), ("Nigeria", "NGA"), ("Dominica", "DMA"), ("Dominican Republic", "DOM"), ("Mali", "MLI"), ("Somalia", "SOM"),
        ("Malawi", "MWI"), ("Oman", "OMN"), ("Romania", "ROU"), ("Sudan", "SDN"), ("South Sudan", "SSD"), ("Samoa", "WSM"), ("American Samoa", "ASM"),
        ("Ireland", "IRL"), ("Jersey", "JEY"), ("Georgia", "GEO"), ("South Georgia & South Sandwich Islands", "SGS"), ("India", "IND"),
        ("British Indian Ocean Territory", "IOT"), ("Mexico", "MEX"), ("Netherlands", "NLD"), ("Caribbean Netherlands", "BES"), ("Micronesia, Fed. Sts.", "FSM"),
        ("Virgin Islands (U.S.)", "VIR"), ("British Virgin Islands", "VGB"), ("St. Martin (French part)", "MAF"), ("Sint Maarten (Dutch part)", "SXM"),
        ("Bahamas, The", "BHS"), ("Gambia, The", "GMB"), ("Egypt, Arab Rep.", "EGY"), ("Iran, Islamic Rep.", "IRN"), ("Venezuela, RB", "VEN"), ("Yemen, Rep.", "YEM"),
        ("Lao PDR", "LAO"), ("Kyrgyz Republic", "KGZ"), ("Slovak Republic", "SVK"), ("Czech Republic", "CZE"), ("North Macedonia", "MKD"), ("Macedonia, FYR", "MKD"),
        ("Cote d'Ivoire", "CIV"), ("Côte d’Ivoire", "CIV"), ("Turkiye", "TUR"), ("Turkey", "TUR"), ("Viet Nam", "VNM"), ("Brunei Darussalam", "BRN"), ("Cabo Verde", "CPV"),
        ("Eswatini (Swaziland)", "SWZ"), ("West Bank and Gaza", "PSE"), ("Kosovo", "XKX"), ("Timor-Leste", "TLS"), ("Sao Tome and Principe", "STP"), ("UK", "GBR"),
        ("United Kingdom of Great Britain and Northern Ireland", "GBR"), ("U.S.A.", "USA"), ("United States of America", "USA"), ("U. S.", "USA"), ("UAE", "ARE"),
        ("Bolivia (Plurinational State of)", "BOL"), ("Tanzania, United Republic of", "TZA"), ("Syrian Arab Republic", "SYR"), ("Holy See (Vatican City State)", "VAT"),
        ("Netherlands (Kingdom of the)", "NLD"), ("Moldova, Republic of", "MDA"), ("Germany*", "DEU"), ("Germany [1]", "DEU"), ("3. Germany", "DEU"), ("Cyprus¹", "CYP"),
        ("中国 China", "CHN"), ("德国(Germany)", "DEU"), ("中国 Chile", None), ("中国香港", "HKG"), ("中国台湾", "TWN"), ("圣多美及普林西比", "STP"), ("幾內亞比索", "GNB"),
        ("刚果(金)", "COD"), ("刚果(布)", "COG"), ("几内亚", "GIN"), ("赤道几内亚", "GNQ"), ("尼日尔", "NER"), ("尼日利亚", "NGA"), ("多米尼克", "DMA"), ("多米尼加", "DOM"),
        ("印度", "IND"), ("印度尼西亚", "IDN"), ("阿尔及利亚民主人民共和国", "DZA"), ("GB", "GBR"), ("EL", "GRC"), ("ROM", "ROU"), ("", None), ("156", None),
    ],
)  # fmt: skip
def test_a_whole_name_is_known_however_it_is_written(name, code):
    assert one("country", name) == code


def test_every_name_leads_to_its_own_country_and_no_other():
    seen = {}
    names = [(code, name) for code, listed in ALIASES.items() for name in listed]
    for code, name in names:
        assert country_code(name) == code, name
        assert seen.setdefault(compared(name), code) == code
    for code, (two, digits) in COUNTRIES.items():
        assert country_code(code) == country_code(two.lower()) == code
        aliases = get_global("territory_aliases")
        if code != "XKX":
            assert aliases[code] == aliases[digits] == [two]
    assert not [
        name for name in (*display_names(), *(name for _, name in names)) if is_total(name, "country")
    ]
    assert len({country_code(name) for name in display_names()}) == len(COUNTRIES)


def test_codes_and_names_are_those_of_the_shipped_table():
    path = Path(__file__).parents[3] / "data/raw/country_codes/countries.csv"
    for row in csv.DictReader(path.read_text("utf-8").splitlines()):
        code = row["alpha3"].replace("XKK", "XKX")
        assert country_code(row["name_en"]) == country_code(row["name_zh"]) == code
        assert COUNTRIES[code] == (row["alpha2"], "412" if code == "XKX" else row["numeric"])


ENGLISH = ("{} excluding Xanadu", "{} (excl. Xanadu)", "Rest of {}", "former {}", "{} and Xanadu", "{} (incl. Xanadu)", "{} region", "{} part", "pre-1990 {}", "{}n", "Trans{}", "{} Northeast")  # fmt: skip
CHINESE = (
    "{}以外",
    "除{}外",
    "{}(不含某地)",
    "{}部分地区",
    "前{}",
    "{}东部",
    "非{}",
    "{}与某地",
    "{}某州",
    "不含{}",
)


def test_no_country_is_found_within_a_longer_name():
    found = [
        longer
        for name in (*display_names(), *region_names())
        for longer in (form.format(name) for form in (ENGLISH if name.isascii() else CHINESE))
        if country_code(longer) is not None
    ]
    assert not found


@pytest.mark.parametrize("key", ["province", "city"])
def test_no_place_of_china_is_found_within_a_longer_name(key):
    names = [*CITIES.values(), *(name.removesuffix("市") for name in CITIES.values())]
    if key == "province":
        names = [name for full, short, _ in PROVINCES.values() for name in (full, short)]
    words = (*CHINESE, "{}市区", "{}郊区", "{}农村", "{} Xanadu", "{} excl. Xanadu", "{}(rural)", "{}(不含市辖区)", "原{}", "{}及周边", "{}12345")  # fmt: skip
    found = [
        longer
        for name in names
        for longer in (form.format(name) for form in words)
        if place_code(key, longer) is not None
    ]
    assert not found


def test_a_city_is_no_province_and_a_province_no_city():
    assert one("province", "吉林市") is None
    assert one("province", "Jilin City") is None
    assert one("city", "吉林省") is None
    assert one("city", "Hainan") is None
    assert (one("province", "吉林"), one("city", "吉林")) == ("220000", "220200")
    known = {name for names in PROVINCES.values() for name in names[:2]}
    assert {
        one("province", full)
        for code, full in CITIES.items()
        if full not in known and not full.endswith("县")
    } == {None}


@pytest.mark.parametrize(
    ("key", "text", "code"),
    [
        ("province", "北 京 Beijing", "110000"), ("province", "广西 Guangxi Zhuang Autonomous Region", "450000"), ("province", "Guangdong Province", "440000"),
        ("province", "Beijing Municipality", "110000"), ("province", "西藏 Xizang", "540000"), ("province", "陕西 Shanxi", None), ("province", "上海 Pudong", None),
        ("province", "四川 incl. Chongqing", None), ("province", "重庆(含四川)", None), ("province", "四川(原含重庆)", None), ("province", "新疆 XPCC", None),
        ("province", "新疆生产建设兵团", None), ("province", "西康省", None), ("province", "热河省", None), ("province", "广西省", "450000"),
        ("city", "杭州 Hangzhou", "330100"), ("city", "苏州 Suzhou", "320500"), ("city", "宿州 Suzhou", "341300"), ("city", "Suzhou", None), ("city", "Taizhou", None),
        ("city", "Hangzhou", "330100"), ("city", "Xi'an", "610100"), ("city", "西安 Xi'an City", "610100"), ("city", "Lüliang", "141100"), ("city", "杭州 Ningbo", None),
        ("city", "杭州 Xiaoshan", None), ("city", "延边 Yanbian Korean Autonomous Prefecture", "222400"), ("city", "哈尔滨 Harbin", "230100"), ("city", "上海浦东新区", None),
    ],
)  # fmt: skip
def test_words_beside_a_place_must_be_its_translation(key, text, code):
    assert one(key, text) == code


def test_every_city_is_known_with_its_latin_name_beside_it():
    assert list(CITY_LATIN) == list(CITIES)
    for code, names in CITY_LATIN.items():
        for name in names:
            assert place_code("city", f"{CITIES[code]} {name}") == code
            assert place_code("city", name) in (None, code)


def test_groups_are_left_out_and_told_and_other_names_are_refused(tmp_path):
    head = "country,year,Internet users (% of population)"
    rows = [
        "China",
        "World excluding China",
        "Asia (excl. Japan)",
        "Rest of World",
        "EU27_2020",
        "OECD - Total",
    ]
    (tmp_path / "a.csv").write_text("\n".join([head, *(f'"{name}",2019,50' for name in rows)]), "utf-8")
    got = dm.import_panel(tmp_path / "a.csv", "world")
    assert got.frame["country"].tolist() == ["CHN"]
    told = " ".join(note.en for note in got.notes)
    assert all(name in told for name in rows[1:])
    (tmp_path / "b.csv").write_text("\n".join([head, "China,2019,50", "Czechoslovakia,2019,50"]), "utf-8")
    with refused(dm.PanelError, "importing.things_to_settle", listed=("names_unknown",)):
        dm.import_panel(tmp_path / "b.csv", "world")
    names = {"names": {"Czechoslovakia": "South Korea"}}
    assert dm.import_panel(tmp_path / "b.csv", "world", names).frame["country"].tolist() == ["CHN", "KOR"]
