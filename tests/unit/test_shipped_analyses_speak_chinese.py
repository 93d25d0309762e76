"""What the shipped analyses name themselves has a Chinese name in Chinese tables."""

from pathlib import Path

import pytest

from digimfg.exhibits import Evidence
from digimfg.exhibits.joint_test_table import TestTable
from digimfg.inference.wald import WaldTest
from digimfg.project import Project
from digimfg.replication.load import load_analyses

ANALYSES = load_analyses(Project(Path(__file__).parents[2]))
TABLES = [
    (analysis, exhibit)
    for analysis in ANALYSES.values()
    for exhibit in analysis.exhibits
    if isinstance(exhibit, TestTable)
]


@pytest.mark.parametrize(("analysis", "exhibit"), TABLES, ids=[exhibit.name for _, exhibit in TABLES])
def test_joint_tests_have_chinese_names(analysis, exhibit):
    answer = WaldTest(terms=("x",), statistic=1.0, df_numerator=1.0, df_denominator=None, p_value=0.5)
    table = exhibit.build(Evidence(tests=dict.fromkeys(analysis.tests, answer)))
    for row in table.rows:
        assert any("\u4e00" <= letter <= "\u9fff" for letter in row.cells[0].zh)
        assert row.cells[0].en.isascii()


def test_there_are_tables_of_joint_tests():
    assert len(TABLES) == 3
