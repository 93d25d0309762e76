"""What always holds of panels: order does not matter, validation settles at once."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import digimfg as dm
from digimfg.panels import find_panel, shipped_panels
from digimfg.panels.codebook import content_hash
from digimfg.panels.coverage import coverage
from digimfg.panels.failures import find_failures
from digimfg.panels.store import frame_bytes, read_frame
from digimfg.panels.validate import validate_frame
from digimfg.registry import instances

RAW = Path(__file__).parents[2] / "data" / "raw"
seeds = st.integers(0, 2**32 - 1)


@pytest.fixture(scope="module")
def sources():
    return {name: source.load(RAW) for name, source in instances("sources", "SOURCE").items()}


@pytest.mark.parametrize("name", shipped_panels())
@settings(max_examples=3, deadline=None)
@given(seed=seeds)
def test_the_order_of_raw_rows_does_not_change_a_byte(sources, name, seed):
    panel = find_panel(name)
    shuffled = {
        source: {
            # The rows of an input-output table are its columns too: their order is part of the table.
            key: frame if source.startswith("oecd_icio") else frame.sample(frac=1.0, random_state=seed)
            for key, frame in sources[source].items()
        }
        for source in panel.sources
    }
    built = validate_frame(panel.build(shuffled), panel)
    assert frame_bytes(built) == frame_bytes(validate_frame(panel.build(sources), panel))


@pytest.mark.parametrize("name", shipped_panels())
@settings(max_examples=5, deadline=None)
@given(seed=seeds)
def test_the_order_of_a_panels_rows_and_columns_does_not_change_a_byte(name, seed):
    frame = dm.load_panel(name)
    rng = np.random.default_rng(seed)
    mixed = frame.iloc[rng.permutation(len(frame)), rng.permutation(frame.shape[1])]
    assert frame_bytes(dm.validate_panel(mixed, name)) == frame_bytes(frame)


@settings(max_examples=10, deadline=None)
@given(seed=seeds, rows=st.integers(1, 60))
def test_validation_is_idempotent(seed, rows):
    part = dm.load_panel("world").sample(rows, random_state=seed)
    once = dm.validate_panel(part, "world")
    pd.testing.assert_frame_equal(dm.validate_panel(once, "world"), once)


@settings(max_examples=25, deadline=None)
@given(
    share=st.floats(allow_nan=False, allow_infinity=True, width=64),
    row=st.integers(0, 1212),
    column=st.sampled_from(["exports_output_share", "value_added_output_share", "ict_value_added_share"]),
)
def test_a_share_is_accepted_exactly_when_it_is_between_zero_and_one(share, row, column):
    frame = dm.load_panel("world_input_output")
    frame.loc[row, column] = share
    failures = find_failures(frame, find_panel("world_input_output"))
    assert (failures == ()) == (0.0 <= share <= 1.0)
    assert all(failure.column == column and failure.n_rows == 1 for failure in failures)


texts = st.one_of(st.none(), st.text(st.characters(exclude_categories=("Cs",)), max_size=6))
floats = st.one_of(st.none(), st.floats(allow_nan=False))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(texts, floats, st.integers(-(2**62), 2**62)), min_size=1, max_size=20))
def test_a_file_gives_back_what_was_written(rows):
    frame = pd.DataFrame(rows, columns=["文本", "number", "count"]).astype(
        {"number": "float64", "count": "int64"}
    )
    again = read_frame(frame_bytes(frame))
    assert [value if isinstance(value, str) else None for value in again["文本"]] == [row[0] for row in rows]
    np.testing.assert_array_equal(again["number"], frame["number"])
    np.testing.assert_array_equal(again["count"], frame["count"])
    assert content_hash(again) == content_hash(frame)


@settings(max_examples=15, deadline=None)
@given(seed=seeds, rows=st.integers(1, 200))
def test_coverage_counts_what_is_not_missing(seed, rows):
    part = dm.load_panel("world").sample(rows, random_state=seed)
    counted = coverage(part, find_panel("world"))
    assert (counted["n"] == part[counted.index].notna().sum()).all()
    np.testing.assert_allclose(counted["share"], counted["n"] / rows)
    assert (counted["n_countries"] <= part["country"].nunique()).all()
