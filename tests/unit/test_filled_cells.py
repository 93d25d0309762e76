"""What a result says of filled-in cells is so by a count of one's own, and stays so when the frame is worked on after."""

from __future__ import annotations

import io
import re

import numpy as np
import pandas as pd
import pytest

import digimfg as dm

_CHANGED = "its values were changed after that"


def panel(seed: int) -> pd.DataFrame:
    """Return an unbalanced panel whose years have holes, with gaps of up to two years in x filled in."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        [(unit, year) for unit in "abcdefghij" for year in range(2005, 2019)], columns=["p", "year"]
    )
    size = len(frame)
    frame["x"] = rng.normal(10, 2, size)
    frame["z"], frame["w"] = rng.normal(size=size), rng.uniform(1, 2, size)
    frame["y"] = frame["x"] + frame["z"] + rng.normal(size=size)
    frame.loc[rng.random(size) < 0.2, "x"] = np.nan
    frame.loc[rng.random(size) < 0.1, "z"] = np.nan
    frame = frame[rng.random(size) > 0.1].sample(frac=1, random_state=seed)
    policy = dm.MissingPolicy(method="linear", max_gap=2, columns="x")
    return dm.fill_missing(frame, policy, entity="p").frame


SPEC = dm.Specification("y", ("x", "z"), entity="p", time="year", fixed_effects="p")
CASES = {
    "itself": (SPEC, [0]),
    "lag": (SPEC.replace(regressors=("L.x", "z")), [-1]),
    "lead": (SPEC.replace(regressors=("F2.x", "z")), [2]),
    "difference": (SPEC.replace(regressors=("D.x", "z")), [0, -1]),
    "product": (SPEC.replace(regressors=("L2.x:z", "z")), [-2]),
    "weights": (SPEC.replace(regressors="z", weights="x"), [0]),
    "filter": (SPEC.replace(regressors="z", sample="x > 9"), [0]),
    "instrument": (
        SPEC.replace(regressors="z", endogenous="w", instruments="L.x", estimator=dm.TwoStageLeastSquares()),
        [-1],
    ),
    "two": (SPEC.replace(regressors=("x", "L.x", "z")), [0, -1]),
}


def told(result: dm.Result, pattern: str) -> tuple[int, ...]:
    (found,) = [match for note in result.notes if (match := re.search(pattern, note.en))]
    return tuple(int(number.replace(",", "")) for number in found.groups())


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("case", CASES)
def test_rows_that_filled_values_enter_are_those_of_a_count_by_hand(case, seed):
    frame = panel(seed)
    specification, shifts = CASES[case]
    cells = {(row.p, row.year): row for row in frame.itertuples()}
    kept = used = 0
    for row in frame.itertuples():
        needed = [cells.get((row.p, row.year + shift)) for shift in shifts]
        whole = all(cell is not None and not np.isnan(cell.x) for cell in needed) and not np.isnan(row.z)
        if not whole or (case == "filter" and not row.x > 9):
            continue
        kept += 1
        used += any(cell.x_filled for cell in needed)
    result = dm.estimate(specification, frame)
    assert used > 0
    assert told(result, r"enter (\d+) of (\d+) rows") == (used, kept)
    filled, held = int(frame["x_filled"].sum()), int(frame["x"].notna().sum())
    assert told(result, r"Filled in are (\d+) of (\d+) values") == (filled, held)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("case", CASES)
def test_observed_only_is_the_estimate_of_the_frame_before_it_was_filled(case, seed):
    frame = panel(seed)
    specification, _ = CASES[case]
    before = frame.drop(columns="x_filled").assign(x=frame["x"].where(frame["x_filled"] == 0))
    before.attrs.clear()
    ours = dm.estimate(specification.replace(observed_only=True), frame)
    theirs = dm.estimate(specification, before)
    pd.testing.assert_frame_equal(ours.coefficients, theirs.coefficients)


def column_notes(frame: pd.DataFrame, name: str = "x") -> list[str]:
    result = dm.estimate(SPEC.replace(regressors=(name, "z")), frame)
    return [note.en for note in result.notes if note.en.startswith("Filled in are")]


@pytest.mark.parametrize(
    "change",
    [
        lambda frame: frame.assign(x=frame["z"].fillna(0) * 2),
        lambda frame: frame.assign(x=frame["x"] / 100),
        lambda frame: frame.assign(year=frame["year"] // 2).groupby(["p", "year"], as_index=False).mean(),
    ],
    ids=["overwritten", "other unit", "averaged"],
)
def test_values_changed_after_the_filling_are_said_to_be(change):
    (note,) = column_notes(change(panel(0)))
    assert _CHANGED in note


@pytest.mark.parametrize(
    "work",
    [
        lambda frame: frame[frame["year"] > 2008],
        lambda frame: frame.set_index(["p", "year"]).reset_index(),
        lambda frame: frame.sort_values("year"),
        lambda frame: frame.astype({"x": "Float64"}),
        lambda frame: frame.groupby("p", group_keys=False)[list(frame.columns)].apply(lambda part: part),
        lambda frame: pd.read_parquet(io.BytesIO(frame.to_parquet())),
    ],
    ids=["filter", "index", "order", "type", "apply", "parquet"],
)
def test_work_that_leaves_values_as_they_are_leaves_the_note_as_it_is(work):
    frame = panel(0)
    assert column_notes(work(frame)) == column_notes(frame) != []


@pytest.mark.parametrize(
    "work",
    [
        lambda frame: frame.merge(frame[["p", "year"]].assign(more=1.0), on=["p", "year"]),
        lambda frame: pd.concat(
            [frame[frame["p"] < "e"], panel(0).pipe(bare)[lambda rest: rest["p"] >= "e"]]
        ),
        lambda frame: pd.read_csv(io.StringIO(frame.to_csv(index=False))),
    ],
    ids=["merge", "concat", "csv"],
)
def test_where_the_declaration_is_lost_the_flags_still_tell(work):
    worked = work(bare(panel(0)))
    assert "filled" not in worked.attrs
    (note,) = column_notes(worked)
    assert (
        f"Filled in are {int(worked['x_filled'].sum())} of {int(worked['x'].notna().sum())} values of x"
        in note
    )
    assert "as the column 'x_filled' flags them" in note
    result = dm.estimate(SPEC.replace(observed_only=True), worked)
    observed = worked[(worked["x_filled"] == 0) & worked["x"].notna() & worked["z"].notna()]
    assert result.statistics["n_obs"] == len(observed)


def bare(frame: pd.DataFrame) -> pd.DataFrame:
    frame = frame.copy()
    frame.attrs.clear()
    return frame


def test_a_renamed_column_is_known_by_its_filled_values():
    frame = panel(0).rename(columns={"x": "q"})
    (note,) = column_notes(frame, "q")
    assert note == column_notes(panel(0))[0].replace("of x", "of q")
    assert column_notes(frame.rename(columns={"x_filled": "q_filled"}), "q")
    only = dm.estimate(SPEC.replace(regressors=("q", "z"), observed_only=True), frame)
    same = dm.estimate(SPEC.replace(observed_only=True), panel(0))
    assert only.coefficients["estimate"].tolist() == same.coefficients["estimate"].tolist()


def test_a_column_of_ones_own_that_only_ends_alike_is_no_flag():
    frame = bare(panel(0)).drop(columns="x_filled")
    assert column_notes(frame.assign(x_filled=frame["x"].fillna(0))) == []
    assert column_notes(frame.assign(x_filled="no")) == []
