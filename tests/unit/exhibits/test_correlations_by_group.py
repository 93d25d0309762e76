"""Correlations of groups, each in a panel of its own."""

import numpy as np
import pandas as pd
import pytest
from refused import refused

import digimfg as dm


@pytest.fixture
def frame():
    rng = np.random.default_rng(0)
    made = pd.DataFrame({"side": ["west", "east"] * 30, "x": rng.normal(size=60)})
    made["z"] = np.where(made["side"] == "east", 1, -1) * made["x"] + rng.normal(size=60)
    return made


def built(frame, **options):
    table = dm.CorrelationTable(frame, variables=("x", "z"), **options)
    return table.build(table.evidence)


def test_each_panel_is_the_table_of_its_rows(frame):
    found = built(frame, by="side")
    assert [row.cells[0].en for row in found.rows if row.heading] == [
        "Panel A: east (30 rows)",
        "Panel B: west (30 rows)",
    ]
    east, west = (built(frame[frame["side"] == side]) for side in ("east", "west"))
    plain = [row.cells for row in found.rows if not row.heading]
    assert plain == [row.cells for row in (*east.rows, *west.rows)]
    assert "30 observations per pair" in str(found.notes)


def test_rows_without_a_group_are_counted(frame):
    frame.loc[[0, 2, 4], "side"] = None
    assert "3 rows without a group" in str(built(frame, by="side").notes)


def test_a_column_that_is_not_there_is_refused(frame):
    with refused(dm.DigimfgError, "exhibits.names_unknown", got="sides"):
        built(frame, by="sides")


@pytest.mark.parametrize("table", [dm.CorrelationTable, dm.DescriptiveTable])
def test_a_column_without_any_group_is_refused(frame, table):
    shown = table(frame.assign(side=None), variables=("x", "z"), by="side")
    with refused(dm.DigimfgError, "exhibits.no_rows_in_groups", n=60):
        shown.build(shown.evidence)
