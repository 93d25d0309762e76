"""What an import took and saved holds in the next one; what nobody said is asked, and never another quantity taken."""

import difflib

import openpyxl
import pytest
from refused import refused

import digimfg as dm
from digimfg.importing.guessing import LIKELY, SURE, guess_variable
from digimfg.importing.synonyms import bare_name, compared, known_bare_names, known_variables
from digimfg.panels import find_panel

PANELS = ("china_province", "china_city", "firm", "world")


def write(path, head, *rows):
    path.write_text("\n".join([head, *rows]), encoding="utf-8")
    return path


def saved(path, tmp_path, mapping=None, **options):
    got = dm.import_panel(path, "china_province", mapping, **options)
    return got, dm.save_mapping(got.mapping, tmp_path / "map.toml")


@pytest.mark.parametrize(
    ("head", "value"),
    [
        ("人均GDP(元)", 164220),
        ("人均GDP(万元)", 16.4),
        ("每百人使用计算机数(台)", 70),
        ("每百家企业拥有网站数(个)", 55),
        ("城镇化率(%)", 86),
        ("城镇化率", "86%"),
        ("GDP", "3.5万亿元"),
    ],
)
def test_what_was_saved_imports_again(tmp_path, head, value):
    path = write(tmp_path / "a.csv", f"地区,年份,{head}", f"北京,2019,{value}")
    first, mapping = saved(path, tmp_path)
    again = dm.import_panel(path, "china_province", mapping)
    assert again.frame.equals(first.frame)
    assert again.mapping == first.mapping


def test_a_guess_that_was_taken_is_not_asked_again(tmp_path):
    path = write(tmp_path / "a.csv", "地区,年份,软件业务收入额(亿元)", "北京,2019,9000")
    _, mapping = saved(path, tmp_path, yes=True)
    got = dm.import_panel(path, "china_province", mapping)
    assert got.frame["software_revenue_100m_yuan"].tolist() == [9000]
    assert got.mapping.columns["软件业务收入额"].by == "confirmed"


@pytest.mark.parametrize("told", ["gdp_100m_yuan", {"variable": "gdp_100m_yuan"}])
def test_a_unit_that_was_read_does_not_overrule_the_next_edition(tmp_path, told):
    path = write(tmp_path / "a.csv", "地区,年份,总产出(亿元)", "北京,2019,35371")
    _, mapping = saved(path, tmp_path, {"columns": {"总产出": told}})
    with refused(dm.PanelError, "importing.things_to_settle", listed=("unit_of_mapping_differs",)):
        dm.import_panel(write(tmp_path / "b.csv", "地区,年份,总产出(万元)", "北京,2020,361026000"), "china_province", mapping)  # fmt: skip
    declared = {"columns": {"总产出": {"variable": "gdp_100m_yuan", "unit": "亿元"}}}
    _, mapping = saved(path, tmp_path, declared)
    assert dm.ImportMapping.of(mapping).columns["总产出"].by == "mapping"


def wide(path, title):
    book = openpyxl.Workbook()
    for row in (
        [title, None, None],
        ["地区", "2019年", "2020年"],
        ["北京", 2190.1, 2189.0],
        ["上海", 2481.3, 2488.2],
    ):
        book.active.append(row)
    book.save(path)
    return path


def test_the_title_of_a_table_is_asked_like_a_header(tmp_path):
    path = wide(tmp_path / "a.xlsx", "总人口(万人)")
    with refused(dm.PanelError, "importing.confirmation_needed"):
        dm.import_panel(path, "china_province")
    assert dm.guess_mapping(path, "china_province").unsure == ("总人口",)
    got = dm.import_panel(path, "china_province", {"columns": {"总人口": "registered_population_10k"}})
    assert got.frame["registered_population_10k"].tolist() == [2190.1, 2189.0, 2481.3, 2488.2]
    again = dm.import_panel(path, "china_province", dm.save_mapping(got.mapping, tmp_path / "map.toml"))
    assert again.frame.equals(got.frame)
    with refused(dm.PanelError, "importing.things_to_settle", listed=("unit_of_mapping_differs",)):
        dm.import_panel(wide(tmp_path / "b.xlsx", "总人口(人)"), "china_province", tmp_path / "map.toml")


OTHER = [
    ("货物出口总额", "trade_10k_usd"), ("二氧化硫排放量", "industrial_so2_t"), ("城镇常住人口", "resident_population_10k"), ("农村就业人员", "employment_10k"),
    ("发明专利申请受理数", "patents_applied"), ("实用新型专利授权数", "patents_granted"), ("高技术产业企业数", "industrial_firms"), ("企业存款余额", "deposits_100m_yuan"),
    ("中央一般公共预算收入", "fiscal_revenue_100m_yuan"), ("房地产固定资产投资", "fixed_investment_100m_yuan"), ("国有固定资产投资", "fixed_investment_100m_yuan"),
]  # fmt: skip


@pytest.mark.parametrize(("head", "variable"), OTHER)
def test_yes_never_takes_another_quantity(tmp_path, head, variable):
    path = write(tmp_path / "a.csv", f"地区,年份,{head}(亿元)", "北京,2019,3")
    try:
        got = dm.import_panel(path, "china_province", yes=True)
    except dm.PanelError:
        return
    assert variable not in got.frame


CHANGES = ("工业", "农业", "城镇", "农村", "人均", "非", "进", "出", "高技术", "规上", "第一", "女性", "民营", "外资", "新", "总", "净", "累计", "平均", "限额以上", "制造业")  # fmt: skip
AFTER = ("增速", "占比", "指数", "密度", "结构", "补贴", "贷款", "支出", "收入", "投资", "面积", "强度", "缺口", "余额", "成本", "(城镇)", "(不含税)")  # fmt: skip


@pytest.mark.parametrize("panel", PANELS)
def test_a_name_that_says_more_is_taken_by_nobody_unasked(panel):
    """With any word before or after it, a known name is another known name, a person's to confirm, or kept as it is."""
    target = find_panel(panel)
    known = known_variables(panel)
    words = [word for word in known if not word.isascii()]
    forms = [*(f"{change}{{}}" for change in CHANGES), *(f"{{}}{change}" for change in AFTER)]
    for place, form in enumerate(forms):
        for longer in map(form.format, words[place % 97 :: 97]):
            guess = guess_variable((longer,), target)
            exact = known.get(compared(longer)) or known_bare_names(panel).get(bare_name(compared(longer)))
            wanted = exact.variable if exact else ""
            # What stands in parentheses is tried as a unit and refused as one.
            assert guess.variable in ("", wanted) or guess.confidence < LIKELY or guess.unit, (longer, guess)


@pytest.mark.parametrize("panel", PANELS)
def test_names_that_are_nearly_alike_lead_each_to_its_own_variable(panel):
    known = known_variables(panel)
    target = find_panel(panel)
    for word in [*known][::11]:
        for near in difflib.get_close_matches(word, known, n=4, cutoff=0.85):
            assert guess_variable((near,), target).variable == known[near].variable
    for word, told in known.items():
        guess = guess_variable((word,), target)
        assert (guess.variable, guess.confidence) == (told.variable, told.confidence)
        assert (guess.confidence >= SURE) == (told.by != "likely")


@pytest.mark.parametrize("heading", ["Growth rate", "Per capita", "Rural", "占比", "增速", "城镇", "Index"])
def test_a_heading_that_changes_the_quantity_is_for_a_person(tmp_path, heading):
    book = openpyxl.Workbook()
    for row in (
        ["地区", "年份", heading, heading],
        [None, None, "GDP", "常住人口"],
        ["北京", 2019, 6.1, 0.5],
        ["上海", 2019, 6.0, 0.4],
    ):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    for yes in (False, True):
        with refused(dm.PanelError, "importing.confirmation_needed"):
            dm.import_panel(tmp_path / "a.xlsx", "china_province", yes=yes)
