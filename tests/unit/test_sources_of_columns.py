"""The line of sources below a table names no source of a column whose values are not that source's."""

from __future__ import annotations

import io

import pandas as pd
import pytest

import digimfg as dm
from digimfg.frame_notes import frame_sources


@pytest.fixture(scope="module")
def world() -> pd.DataFrame:
    return dm.load_panel("world")


def named(frame: pd.DataFrame, column: str = "log_tfp") -> list[str]:
    return [source.en for source in frame_sources(frame, {column})]


@pytest.mark.parametrize(
    "work",
    [
        lambda frame: frame,
        lambda frame: frame[frame["year"] > 2000],
        lambda frame: frame.sort_values("log_tfp").reset_index(drop=True),
        lambda frame: frame.dropna(subset=["log_tfp"]).astype({"log_tfp": "Float64"}),
        lambda frame: pd.read_parquet(io.BytesIO(frame.to_parquet())),
        lambda frame: frame.assign(own=1.0),
    ],
    ids=["as loaded", "filter", "order", "type", "parquet", "another column"],
)
def test_work_that_leaves_a_column_as_it_is_leaves_its_source(world, work):
    assert named(work(world)) == ["Penn World Table 9.1"]


@pytest.mark.parametrize(
    "change",
    [
        lambda column: column / 100,
        lambda column: column.groupby(column.index % 7).transform("mean"),
        lambda column: pd.Series(range(len(column)), index=column.index) * 0.37,
        lambda column: column.astype(str),
    ],
    ids=["other unit", "averaged", "overwritten", "text"],
)
def test_a_column_with_other_values_has_no_source(world, change):
    assert named(world.assign(log_tfp=change(world["log_tfp"]))) == []


def test_a_renamed_or_computed_column_has_no_source(world):
    assert named(world.rename(columns={"log_tfp": "own"}), "own") == []
    assert named(world.assign(own=world["log_tfp"] ** 2), "own") == []


def test_each_column_of_each_panel_is_known_as_it_was_loaded():
    for panel in ("world", "world_input_output"):
        frame = dm.load_panel(panel)
        listed = {name for entry in frame.attrs["sources"] for name in entry["columns"]}
        assert listed <= set(frame.columns)
        assert all(named(frame, name) for name in listed)


def test_a_result_of_a_changed_outcome_names_the_sources_of_the_others_only(world):
    spec = dm.Specification(
        "log_tfp", "log_gdp_per_capita", entity="country", time="year", fixed_effects=("country", "year")
    )
    whole = [source.en for source in dm.estimate(spec, world).provenance.sources]
    changed = dm.estimate(spec, world.assign(log_tfp=world["log_tfp"] * 100)).provenance.sources
    assert "Penn World Table 9.1" in whole
    assert [source.en for source in changed] == [name for name in whole if name != "Penn World Table 9.1"]
