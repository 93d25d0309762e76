"""Templates and labels use the words of the glossary, and Chinese text is set by its rules."""

import re
from pathlib import Path

import pytest

from digimfg.glossary import glossary, old_words, reworded, typeset
from digimfg.glossary.phrases import phrases, rewritten
from digimfg.glossary.places import written_files
from digimfg.labels import term_label
from digimfg.text import Text

ROOT = Path(__file__).parents[2]
FILES = list(written_files(ROOT))


@pytest.mark.parametrize("folder", ["src/digimfg", "analyses", "docs", "paper"])
def test_no_template_or_label_uses_an_old_word_or_is_set_wrongly(folder):
    """If this fails: python scripts/apply_glossary.py."""
    files = [path for path in FILES if ROOT / folder in path.parents]
    assert files
    found = [
        f"{path.relative_to(ROOT)}: {each.words} → {each.now}"
        for path in files
        for each in phrases(path, path.read_text(encoding="utf-8"))
        if each.now != each.words
    ]
    assert found == [], "run: python scripts/apply_glossary.py"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("早期互联网使用率（2009 年）", "互联网普及率（2009年）"),
        ("1995 年之后", "1995年后"),
        ("聚类到国家（地区）层面的标准误", "聚类到国家（地区）层面的稳健标准误"),
        ("检验为零的系数", "原假设：下列系数联合为零"),
        ("1995 年之前无效应", "平行趋势检验：1995年前系数联合为零"),
        ("共12个观测的均值", "共12个观测值的均值"),
        ("样本已是平衡面板", "样本已为平衡面板，不适用"),
        ("对遗漏变量的敏感性", "遗漏变量敏感性分析"),
        ("似无相关估计", "似不相关检验（SUEST）"),
        ("时期效应", "时间固定效应"),
        ("31 个单元", "31个个体"),
        ("供应国与客户国", "投入来源国与投入购买国"),
        ("劳动份额", "劳动收入份额"),
        ("价值链分工位置", "GVC地位指数"),
        ("三次产业占比", "第一、二、三产业占比"),
        ("杠杆率", "资金配套比"),
        ("可达到的最小双侧 p 值", "可达最小双侧p值"),
        ("记录审计", "原文事实核对"),
        ("相反", "与论断相反"),
        ("有信息的零结果", "具有信息量的零结果"),
        ("工具变量可疑", "提示工具变量可能无效"),
        ("虚拟变量最小二乘的滞后项为 0.8", "LSDV滞后项系数为0.8"),
        ("Wald检验（对空间滞后）", "Wald检验（SDM能否简化为SAR）"),
        ("动态列对此要求较低", "动态列的该假定较弱"),
        ("机器人（前推1期）", "机器人（前置1期）"),
        ("企业的差分", "企业的一阶差分"),
    ],
)
def test_an_old_chinese_word_is_found_and_replaced(old, new):
    assert old_words(old, "zh")
    assert typeset(reworded(old, "zh")) == new
    assert not old_words(new, "zh")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Errors", "Standard errors"),
        ("Sure?", "Confidence"),
        ("effects of the long run do not exist", "long-run effects are undefined"),
        (
            "3 units of the weights are not in the sample",
            "3 units in the weight matrix are not in the sample",
        ),
        ("asserted no direction", "no direction asserted"),
        ("no small-sample factor", "no small-sample adjustment"),
        ("suspect the instruments", "instruments may be invalid"),
        ("Of interest", "Key regressor"),
    ],
)
def test_an_old_english_word_is_found_and_replaced(old, new):
    assert reworded(old, "en") == new
    assert not old_words(new, "en")


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("在 1995 年之前", "在1995年之前"),
        ("剔除 {n:,|row} 行；余 {rest} 行", "剔除{n:,|row}行；余{rest}行"),
        ("系数为零,不显著;其余:见下(附表)", "系数为零，不显著；其余：见下（附表）"),
        ("95% 置信区间", "95%置信区间"),
        ("由 `digimfg run 3` 生成", "由 `digimfg run 3` 生成"),
        ("写 i(列, ref=取值) 或 'a:乙'", "写 i(列, ref=取值) 或 'a:乙'"),
        ("合计1,024行", "合计1,024行"),
        ("two words, 3 digits", "two words, 3 digits"),
        ("{', '.join(所有)} 处", "{', '.join(所有)}处"),
    ],
)
def test_chinese_text_is_set_without_blanks_and_with_full_width_marks(wrong, right):
    assert typeset(wrong) == right
    assert typeset(right) == right


def test_a_word_of_the_glossary_is_not_an_old_one():
    for word in glossary():
        assert not old_words(word.text.zh, "zh"), word.text.zh
        assert not old_words(word.text.en, "en"), word.text.en
        assert typeset(word.text.zh) == word.text.zh
    names = [word.text.en for word in glossary()]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.py", 'x = say("Rows", f"行 {n} 个")\n'),
        ("a.py", 'x = dm.Text("Errors", "标准误")\n'),
        ("a.toml", 'zh = "共 3 行"\n'),
        ("a.md", "```\n# 共 3 行\n```\n共 3 行，如此。\n"),
        ("a.typ", "#f([共 3 行])\n"),
    ],
)
def test_phrases_are_found_in_every_kind_of_file(name, text):
    assert rewritten(Path(name), text) != text


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.py", '"""共 3 行."""\nErrors = "Errors"\n'),
        ("a.toml", 'text = "共 3 行"\n'),
        ("a.md", "```\n共 3 行\n```\n"),
    ],
)
def test_code_quotes_and_docstrings_are_left_alone(name, text):
    assert rewritten(Path(name), text) == text


def test_labels_of_changes_and_leads_read_as_one_phrase():
    gdp = {"gdp": Text("GDP per head (log)", "人均GDP（对数）"), "y": Text("GDP", "人均GDP")}
    assert term_label("D.gdp", gdp).zh == "人均GDP对数的一阶差分"
    assert term_label("D.log(y)", gdp).zh == "人均GDP对数的一阶差分"
    assert term_label("F.y", gdp).zh == "人均GDP前置1期（t+1）"
    assert term_label("F2.y", gdp).zh == "人均GDP前置2期（t+2）"


def test_labels_of_data_are_set_by_the_rules_too():
    from digimfg.variables import dictionary

    wrong = [
        name
        for name, each in dictionary().items()
        for text in (each.label, each.unit, each.definition)
        if re.search(r"[0-9] +[\u4e00-\u9fff]|[\u4e00-\u9fff] +[0-9]", text.zh)
    ]
    assert wrong == []
