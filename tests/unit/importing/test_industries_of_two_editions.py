"""Codes of industries mean what the name beside them says, or are refused: two editions number them differently."""

import pytest
from refused import refused

import digimfg as dm
from digimfg.importing.names import resolve_names
from digimfg.measures.china_provinces import province_short_name
from digimfg.variables.industries import MANUFACTURING_INDUSTRIES


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("C39", "C39"), ("C3911", "C39"), ("39", "C39"), ("C39 计算机、通信和其他电子设备制造业", "C39"), ("C38电气机械及器材制造业", "C38"), ("I65 软件和信息技术服务业", "I65"),
        ("C39 电气机械及器材制造业", None), ("C40 通信设备、计算机及其他电子设备制造业", None), ("C13-C43", None), ("C13~C43", None), ("C13-43", None), ("C13至C43", None),
        ("C39,C40", None), ("C39C40", None), ("C391155", None), ("C44", None), ("交通运输设备制造业", None), ("饮料制造业", "C15"),
        ("C30 塑料制品业", None), ("C29橡胶制品业", None), ("C37 交通运输设备制造业", None), ("C19 皮革、毛皮、羽毛（绒）及其制品业", None), ("C27 医药", "C27"),
    ],
)  # fmt: skip
def test_a_code_its_name_or_both_lead_to_an_industry(text, code):
    assert resolve_names("industry", [text], {})[text] == code


def test_a_code_with_the_name_of_another_industry_is_never_taken():
    for code, name in MANUFACTURING_INDUSTRIES.items():
        for other in MANUFACTURING_INDUSTRIES:
            text = f"{other} {name}"
            assert resolve_names("industry", [text], {})[text] == (code if code == other else None)


def test_codes_are_compared_with_the_names_in_another_column(tmp_path):
    head = "证券代码,年份,行业代码,行业名称,资产总计(元)"
    path = tmp_path / "a.csv"
    path.write_text(
        f"{head}\n000001,2009,C39,电气机械及器材制造业,3e9\n000002,2009,C27,医药制造业,3e9", "utf-8"
    )
    with refused(dm.PanelError, "importing.things_to_settle", listed=("industries_differ",)):
        dm.import_panel(path, "firm")
    got = dm.import_panel(path, "firm", {"columns": {"行业名称": "industry", "行业代码": "-"}})
    assert got.frame["industry"].tolist() == ["C38", "C27"]
    path.write_text(f"{head}\n000001,2009,C30,塑料制品业,3e9\n000002,2009,C27,医药制造业,3e9", "utf-8")
    with refused(dm.PanelError, "importing.things_to_settle", listed=("industries_differ",)):
        dm.import_panel(path, "firm")
    path.write_text(
        f"{head}\n000001,2019,C39,计算机、通信和其他电子设备制造业,3e9\n000002,2019,C27,医药,3e9", "utf-8"
    )
    assert dm.import_panel(path, "firm").frame["industry"].tolist() == ["C39", "C27"]


def test_a_city_is_no_province_of_a_border():
    assert [province_short_name(name) for name in ("吉林省", "广西自治区", "新疆维吾尔自治区")] == [
        "吉林",
        "广西",
        "新疆",
    ]
    with pytest.raises(dm.DigimfgError):
        province_short_name("吉林市")
