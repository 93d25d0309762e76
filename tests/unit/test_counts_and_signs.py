"""Notes count in the singular and the plural, and write negative numbers with a true minus sign."""

import numpy as np
import pandas as pd

import digimfg as dm
from digimfg.contracts import Dropped
from digimfg.display.notes import merged_notes


def test_one_row_is_singular():
    reason = dm.Text("missing x", "x缺失")
    assert Dropped(reason=reason, n_rows=1).note.en == "Dropped 1 row: missing x"
    assert Dropped(reason=reason, n_rows=1200).note.en == "Dropped 1,200 rows: missing x"


def test_notes_of_one_row_and_of_many_are_merged_in_the_plural():
    reason = dm.Text("missing x", "x缺失")
    notes = [[Dropped(reason=reason, n_rows=count).note] for count in (1, 12)]
    assert [note.en for note in merged_notes(notes)] == ["(1)/(2): Dropped 1/12 rows: missing x"]
    assert merged_notes(notes[::-1])[0].en == "(1)/(2): Dropped 12/1 rows: missing x"


def test_the_trend_of_one_unit_is_of_one_unit():
    frame = pd.DataFrame({"province": "浙江", "year": np.arange(2000, 2008), "x": np.arange(8.0)})
    plot = dm.TrendPlot(frame, variable="x", entity="province", time="year")
    assert "8 observations of 1 unit" in plot.build(plot.evidence).notes[0].en


def test_a_negative_delta_of_oster_has_a_true_minus_sign():
    rng = np.random.default_rng(3)
    frame = pd.DataFrame({"z": rng.normal(size=200)})
    frame["x"] = -0.7 * frame["z"] + rng.normal(size=200)
    frame["y"] = 0.4 * frame["x"] + 0.5 * frame["z"] + rng.normal(size=200)
    specification = dm.Specification("y", "x", controls="z")
    assert dm.oster_bounds(specification, frame).delta < 0
    battery = dm.robustness_battery(specification, frame, [dm.RobustnessCheck.oster()])
    said = battery.rows[0].said
    assert "δ = −" in said.en
    assert "δ=−" in said.zh
    assert "-" not in said.en + said.zh
