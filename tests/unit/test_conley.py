"""Conley's spatial errors: neighbours, blocks, gaps, refusals."""

import numpy as np
import pandas as pd
import pytest
from noted import noted
from refused import refused

import digimfg as dm
from digimfg.errors import EstimationError, Fault, SpecificationError


def panel(n_units=12, n_years=8, seed=6):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "unit": np.repeat([f"u{i:02d}" for i in range(n_units)], n_years),
            "year": np.tile(np.arange(n_years), n_units),
        }
    )
    n = len(frame)
    frame["x"], frame["z"] = rng.normal(size=n), rng.normal(size=n)
    common = rng.normal(size=n)
    for place, effect in enumerate((0.5, 0.3, 0.0)):
        frame[f"y{place}"] = effect * frame.x + common + rng.normal(size=n)
    frame["lat"], frame["lon"] = 30 + frame.unit.str[1:].astype(int) * 0.5, 110.0
    return frame


FRAME = panel()
SPEC = dm.Specification("y0", "x", controls="z", entity="unit", time="year", fixed_effects=("unit", "year"))


def test_rows_without_coordinates_are_dropped_and_counted():
    frame = FRAME.copy()
    frame.loc[[2, 5], "lat"] = np.nan
    result = dm.estimate(SPEC.replace(covariance=dm.Conley("lat", "lon", 100)), frame)
    assert result.statistics["n_obs"] == len(FRAME) - 2
    assert any("lat" in note.en for note in result.notes)


def test_blocks_of_distances_do_not_change_conley_errors(monkeypatch):
    from digimfg.inference import neighbours

    spec = SPEC.replace(covariance=dm.Conley("lat", "lon", 120, "bartlett", lags=2))
    whole = dm.estimate(spec, FRAME).coefficients
    monkeypatch.setattr(neighbours, "_BLOCK", 12 * 5)
    pd.testing.assert_frame_equal(dm.estimate(spec, FRAME).coefficients, whole, rtol=1e-12)


@pytest.mark.parametrize("kernel", ["uniform", "bartlett"])
@pytest.mark.parametrize("cutoff", [30.0, 111.19508023353292, 900.0, 25_000.0])
def test_bands_find_the_neighbours_that_all_distances_find(monkeypatch, kernel, cutoff):
    """Points of a grid lie one degree, 111.195… km, from each other: on the cutoff itself."""
    from digimfg.inference import neighbours

    rng = np.random.default_rng(3)
    degrees = np.arange(-6.0, 6.0)
    grid = np.array([(a, b) for a in degrees for b in degrees])
    anywhere = np.column_stack((rng.uniform(-90, 90, 60), rng.uniform(-180, 180, 60)))
    places = np.vstack((grid, anywhere, -grid[:9] + (0, 180), [(90, 0), (-90, 0), (0, 180), (0, -180)]))
    apart = neighbours.great_circle_km(*places.T[:, :, None], *places.T[:, None, :])
    expected = apart <= cutoff if kernel == "uniform" else np.maximum(1 - apart / cutoff, 0)
    for name, value in (("_FEW", 0), ("_DENSE_SHARE", 1.0), ("_BLOCK", 150)):
        monkeypatch.setattr(neighbours, name, value)
    blocks = [block.table.toarray() for _, block in neighbours.near_sums(places, cutoff, kernel)]
    assert len(blocks) > 1
    found = np.vstack(blocks)
    np.testing.assert_array_equal(found + found.T, np.where(np.eye(len(places)), 0, expected))
    monkeypatch.setattr(neighbours, "_BLOCK", 10**6)
    (whole,) = [block.table.toarray() for _, block in neighbours.near_sums(places, cutoff, kernel)]
    np.testing.assert_array_equal(whole + whole.T, np.where(np.eye(len(places)), 0, expected))
    monkeypatch.setattr(neighbours, "_FEW", 10**6)
    (dense,) = [block for _, block in neighbours.near_sums(places, cutoff, kernel)]
    np.testing.assert_array_equal(dense, np.triu(expected, 1))


def test_rows_of_one_place_count_as_neighbours_of_each_other():
    frame = FRAME[FRAME.year == 3].copy()
    frame["lat"] = [30.0] * 4 + [31.0] * 4 + [60.0] * 4
    spec = dm.Specification("y0", "x", covariance=dm.Conley("lat", "lon", 150, small_sample="none"))
    result = dm.estimate(spec, frame)
    x = np.column_stack((np.ones(12), frame.x))
    bread = np.linalg.inv(x.T @ x)
    scores = x * (frame.y0 - x @ bread @ x.T @ frame.y0).to_numpy()[:, None]
    near = np.kron([[1, 1, 0], [1, 1, 0], [0, 0, 1]], np.ones((4, 4)))
    expected = np.sqrt(np.diag(bread @ scores.T @ near @ scores @ bread))[1]
    assert result.coefficients["std_error"]["x"] == pytest.approx(expected, rel=1e-11)
    assert result.statistics["n_neighbours_mean"] == (8 * 7 + 4 * 3) / 12


def test_without_neighbours_conley_is_white_and_says_so():
    alone = dm.estimate(SPEC.replace(covariance=dm.Conley("lat", "lon", 1)), FRAME)
    white = dm.estimate(SPEC.replace(covariance=dm.Robust()), FRAME)
    assert alone.coefficients["std_error"].tolist() == pytest.approx(white.coefficients["std_error"].tolist())
    assert noted(alone.notes, "not_spatial")
    assert alone.statistics["n_neighbours_mean"] == 0


def test_a_cross_section_has_one_period():
    frame = FRAME[FRAME.year == 3]
    spec = dm.Specification("y0", ("x",), covariance=dm.Conley("lat", "lon", 60, small_sample="none"))
    found = dm.estimate(spec, frame).coefficients
    x = np.column_stack([np.ones(12), frame.x])
    bread = np.linalg.inv(x.T @ x)
    scores = x * (frame.y0 - x @ bread @ x.T @ frame.y0).to_numpy()[:, None]
    # Half a degree of latitude is 55.6 km: each unit meets the next ones only.
    near = np.abs(np.subtract.outer(np.arange(12), np.arange(12))) <= 1
    meat = scores.T @ near @ scores
    expected = np.sqrt(np.diag(bread @ meat @ bread))
    assert found["std_error"].tolist() == pytest.approx(expected.tolist(), rel=1e-9)


def test_a_covariance_that_is_not_positive_is_mended_with_a_note():
    # Scores of neighbours that cancel: the uniform kernel is not positive definite.
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"lat": 30 + 0.5 * np.arange(30), "lon": 100.0, "x": rng.normal(size=30)})
    frame["y"] = np.tile([1.0, -1.0], 15) * np.sign(frame.x) * (1 + 0.1 * rng.random(30))
    found = dm.estimate(dm.Specification("y", "x", covariance=dm.Conley("lat", "lon", 60)), frame)
    assert any("negative eigenvalue" in note.en and "负特征值" in note.zh for note in found.notes)


@pytest.mark.parametrize(
    ("covariance", "change", "kind", "told"),
    [
        (
            dm.Conley("lat", "lon", 100, lags=2),
            {"entity": None},
            SpecificationError,
            "inference.keys_not_named",
        ),
        (
            dm.Conley("lat", "place", 100),
            {},
            SpecificationError,
            Fault.of("names.unknown_column", name="place"),
        ),
        (dm.Conley("lon", "lat", 100), {}, EstimationError, "inference.coordinates_outside"),
    ],
)
def test_places_that_cannot_be_used_are_named(covariance, change, kind, told):
    with refused(kind, told):
        dm.estimate(SPEC.replace(covariance=covariance, **change), FRAME)


def test_the_table_names_conleys_errors(tmp_path):
    result = dm.estimate(SPEC.replace(covariance=dm.Conley("lat", "lon", 100, "bartlett", lags=2)), FRAME)
    shown = dm.RegressionTable(result).save(tmp_path / "t_en.md").read_text(encoding="utf-8")
    assert "Conley spatial standard errors, cutoff 100 km, Bartlett kernel" in shown
    shown = dm.RegressionTable(result).save(tmp_path / "t_zh.md").read_text(encoding="utf-8")
    assert "Conley空间标准误，截断距离100公里" in shown


@pytest.mark.parametrize("seed", range(6))
def test_a_negative_variance_is_named_and_leaves_no_numbers_behind_that_mean_nothing(seed):
    places = np.random.default_rng(1)
    frame = pd.DataFrame({"lat": places.uniform(20, 45, 31), "lon": places.uniform(85, 130, 31)})
    frame["x"] = places.normal(size=31)
    frame["y"] = frame.x + places.normal(size=31)
    frame["q"] = frame.x + np.random.default_rng(seed).normal(size=31)
    spec = dm.Specification(
        "y",
        (),
        endogenous="x",
        instruments="q",
        estimator=dm.TwoStageLeastSquares(),
        covariance=dm.Conley("lat", "lon", 3000),
    )
    found = dm.estimate(spec, frame)
    notes = [note.en for note in found.notes]
    silent = found.coefficients["std_error"]["x"] == 0.0
    assert any("the variance of x had been negative" in note for note in notes) == silent
    assert not [note for note in notes if "nan" in note or " of ," in note or " of  " in note]
    lost = np.isnan(found.statistics["first_stage_f"])
    assert any(note.startswith("No first-stage F") for note in notes) == lost
    assert np.isnan(found.statistics["tf_critical_value"]) == lost
