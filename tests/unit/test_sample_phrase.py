"""Notes say which sample was used in words, with the labels of its columns."""

from __future__ import annotations

import pytest
from statsmodels.datasets import grunfeld

import digimfg as dm
from digimfg.display.table import Table
from digimfg.exhibits import Evidence
from digimfg.sample_phrase import sample_phrase
from digimfg.text import Text

LABELS = {"region": Text("Region", "地区"), "value": Text("Market value", "市值"), "地区 名": "地区 名"}


@pytest.mark.parametrize(
    ("expression", "english", "chinese"),
    [
        ("year >= 1985 & year <= 2017", "Year ≥ 1985 and Year ≤ 2017", "年份≥1985且年份≤2017"),
        ("region in {'东部', \"西部\"}", "Region in {东部, 西部}", "地区为东部、西部之一"),
        ("region in {东部}", "Region in {东部}", "地区为东部"),
        ("year in {1985, 1990}|value > 2.5", "Year in {1985, 1990} or Market value > 2.5", None),
        ("not (year == 1990 | value)", "not (Year = 1990 or Market value ≠ 0)", "非（年份=1990或市值≠0）"),
        ("not value", "not Market value ≠ 0", "非市值≠0"),
        ("`地区 名` != '新疆 & 西藏'", "地区 名 ≠ 新疆 & 西藏", "地区 名≠新疆 & 西藏"),
        ("value<3&year!=1990", "Market value < 3 and Year ≠ 1990", "市值<3且年份≠1990"),
        ("notes > 1", "notes > 1", "notes>1"),
    ],
)
def test_a_filter_reads_as_a_sentence(expression: str, english: str, chinese: str | None) -> None:
    phrase = sample_phrase(expression, LABELS)
    assert phrase.en == english
    assert chinese is None or phrase.zh == chinese


def test_the_note_below_a_table_has_it() -> None:
    specification = dm.Specification(
        "invest",
        "value",
        entity="firm",
        time="year",
        sample="year > 1940 & value < 6000",
        covariance=dm.Robust(),
    )
    results = {"(1)": dm.estimate(specification, grunfeld.load_pandas().data)}
    table = dm.RegressionTable("t", labels=LABELS).show(Evidence(results=results))
    assert isinstance(table, Table)
    assert "样本：年份>1940且市值<6000。" in table.notes[0].zh
    assert "Sample: Year > 1940 and Market value < 6000." in table.notes[0].en
