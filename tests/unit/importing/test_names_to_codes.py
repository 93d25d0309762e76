"""Names to codes: provinces, cities with their former names, countries, industries, years."""

import datetime

import pytest

from digimfg.importing.names import resolve_names
from digimfg.importing.years import read_year


def one(key, text, given=()):
    return resolve_names(key, [text], dict(given))[text]


@pytest.mark.parametrize(
    ("key", "text", "code"),
    [
        ("province", "内 蒙 古", "150000"), ("province", "广西壮族自治区", "450000"), ("province", "Shaanxi", "610000"),
        ("province", "44", "440000"), ("province", 440000.0, "440000"), ("province", "西藏自治区", "540000"), ("province", "台湾", None),
        ("city", "襄樊市", "420600"), ("city", "毕节地区", "520500"), ("city", "522400", "520500"), ("city", "巢湖市", "341400"),
        ("city", "莱芜", "371200"), ("city", "延边州", "222400"), ("city", "湘西土家族苗族自治州", "433100"), ("city", "3301", "330100"),
        ("city", "重庆", "500000"), ("city", "济源市", "419001"), ("city", "哥谭市", None),
        ("country", "中国", "CHN"), ("country", "EL", "GRC"), ("country", "deu", "DEU"), ("country", "Korea, Rep.", "KOR"),
        ("country", "Congo, Dem. Rep.", "COD"), ("country", "Namibia", "NAM"), ("country", "Kosovo", "XKX"), ("country", "World", None),
        ("industry", "C39", "C39"), ("industry", "39", "C39"), ("industry", "医药制造业", "C27"),
        ("industry", "通信设备、计算机及其他电子设备制造业", "C39"), ("industry", "I65", "I65"), ("industry", "S90", "S90"), ("industry", "C44", None),
        ("firm", "sz000001", "000001"), ("firm", "000001.SZ", "000001"),
    ],
)  # fmt: skip
def test_a_name_or_code_leads_to_its_code(key, text, code):
    assert one(key, text) == code


def test_names_of_the_mapping_come_first():
    assert one("province", "内蒙占", {"内蒙占": "内蒙古"}) == "150000"
    assert one("country", "Rumpelland", {"Rumpelland": "DEU"}) == "DEU"


def test_stock_codes_are_filled_up_only_where_all_are_stock_codes():
    assert resolve_names("firm", ["1", "600000"], {}) == {"1": "000001", "600000": "600000"}
    assert resolve_names("firm", ["1", "2"], {}) == {"1": "1", "2": "2"}
    assert resolve_names("firm", ["1", "A7"], {}) == {"1": "1", "A7": "A7"}


@pytest.mark.parametrize(
    ("cell", "year"),
    [
        (2011, 2011), (2011.0, 2011), ("２０１１年", 2011), ("2011年度", 2011), ("2011-12-31", 2011), ("2011/12/31 00:00:00", 2011),
        (datetime.date(2011, 12, 31), 2011), (datetime.date(2011, 6, 30), None), ("2011-06-30", None), (11, None), (True, None),
        ("十一年", None), (float("nan"), None), (float("inf"), None),
    ],
)  # fmt: skip
def test_a_year_is_a_year_or_the_end_of_one(cell, year):
    assert read_year(cell) == year
