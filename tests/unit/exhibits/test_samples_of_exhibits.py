"""An exhibit's sample says how many rows a missing value leaves out, in every exhibit that has one."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from complete import check_complete

import digimfg as dm
from digimfg.exhibits import Evidence

UNITS = [f"u{place}" for place in range(12)]
RING = pd.DataFrame(np.roll(np.eye(12), 1, 0) + np.roll(np.eye(12), -1, 0), UNITS, UNITS)


def panel():
    random = np.random.default_rng(8)
    frame = pd.DataFrame(
        [(unit, year) for unit in UNITS for year in range(2000, 2014)], columns=["unit", "year"]
    )
    for name in ("a", "b"):
        frame[name] = random.uniform(0.1, 0.9, len(frame))
    frame["group"] = np.where(frame["unit"].isin(UNITS[:6]), "east", "west")
    frame["z"] = 1.0
    extra = frame.head(3).assign(unit=["v0", "v1", "v2"], z=np.nan)
    return pd.concat([frame, extra], ignore_index=True)


EXHIBITS = {
    "ValueChainPlot": {"x": "a", "y": "b", "size": None, "name_column": "unit"},
    "RidgelinePlot": {"variable": "a", "by": "group"},
    "PretestTable": {"variables": ("a",), "tests": ("cd",), "entity": "unit", "time": "year"},
    "IndexMultiversePlot": {"directions": {"a": 1, "b": 1}},
    "MoranPlot": {"variable": "a", "entity": "unit", "weights": RING, "time": "year", "at": 2003},
    "DagumPlot": {"variable": "a", "group": "group", "time": "year"},
    "CouplingPlot": {"subsystems": ("a", "b"), "entity": "unit", "time": "year"},
    "CouplingTable": {"subsystems": ("a", "b"), "entity": "unit", "time": "year"},
    "ClubPlot": {"variable": "a", "entity": "unit", "time": "year"},
    "ProvinceMap": {"variable": "a", "entity": "unit", "time": "year", "period": 2003},
}


def test_every_exhibit_with_a_sample_is_here():
    public = {
        name
        for name in dm.__all__
        if dataclasses.is_dataclass(getattr(dm, name)) and hasattr(getattr(dm, name), "build")
    }
    with_sample = {name for name in public if "sample" in getattr(dm, name).__dataclass_fields__}
    check_complete(EXHIBITS, with_sample, "its options to EXHIBITS of this file")


@pytest.mark.parametrize("name", EXHIBITS)
def test_rows_that_a_missing_value_leaves_out_are_counted(name):
    options = dict(EXHIBITS[name])
    sample = "z > 0 & year == 2003" if name == "ValueChainPlot" else "z > 0"
    frame = (
        panel()
        if name != "ValueChainPlot"
        else panel().assign(year=lambda each: each["year"].where(each["z"].notna(), 2003))
    )
    if name == "ProvinceMap":
        codes = dict(zip([*UNITS, "v0", "v1", "v2"], dm.china_province_weights().labels, strict=False))
        frame = frame.assign(unit=frame["unit"].map(codes))
    exhibit = getattr(dm, name)("e", sample=sample, **options)
    if name in ("MoranPlot",):
        frame.loc[frame["z"].isna(), "year"] = 2003
    shown = exhibit.show(Evidence(frame=frame))
    assert any(note.en == "3 rows left out: missing z, which the sample compares." for note in shown.notes)
    assert any(note.zh == "剔除3行：样本条件所比较的z缺失。" for note in shown.notes)
    whole = getattr(dm, name)(
        "e", sample="year > 0" if name != "ValueChainPlot" else "year == 2003", **options
    )
    assert not any(
        "which the sample compares" in note.en
        for note in whole.show(Evidence(frame=frame[frame["z"].notna()])).notes
    )
