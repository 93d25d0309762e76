"""Covariances clustered in several ways with negative eigenvalues: reghdfe's published algorithm, written out.

reghdfe (github.com/sergiocorreia/reghdfe, current-code, read at commit 0aa858f): FE.mata divides outcome and regressors by their
standard deviations before the effects are partialled out (Common.mata, compute_stdevs), Regression.mata forms V, sets its
negative eigenvalues to zero (reghdfe_fix_psd; the slopes once more without the constant) and takes the division back.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from noted import noted

import digimfg as dm

TERMS = ["x", "z", "v"]


def panel(seed: int, n: int = 12, T: int = 6) -> pd.DataFrame:
    r = np.random.default_rng(seed)
    frame = pd.DataFrame({"id": np.repeat(range(n), T), "t": np.tile(range(T), n)})
    frame["x"] = r.normal(size=n * T) + np.tile(r.normal(size=T), n)
    frame["z"], frame["v"] = r.normal(size=n * T), r.normal(size=n * T)
    frame["y"] = 0.3 * frame.x + np.repeat(r.normal(size=n), T) + r.normal(size=n * T)
    frame["town"] = frame.id % 4
    return frame


def within(columns: np.ndarray, groups: pd.Series | None) -> np.ndarray:
    if groups is None:
        return columns
    return columns - pd.DataFrame(columns).groupby(groups.to_numpy()).transform("mean").to_numpy()


def repaired(matrix: np.ndarray) -> np.ndarray:
    values, vectors = np.linalg.eigh(matrix)
    return (vectors * np.maximum(values, 0)) @ vectors.T


def reghdfe(frame: pd.DataFrame, ways: list[str], effect: str | None) -> tuple[np.ndarray, bool]:
    """Return reghdfe's standard errors of the slopes, then of the constant where no effect is absorbed."""
    raw = frame[["y", *TERMS]].to_numpy()
    size = raw.std(axis=0, ddof=1)
    standard = raw / size
    freed = within(standard, frame[effect] if effect else None)
    y, x = freed[:, 0], freed[:, 1:]
    if effect is None:
        x = np.column_stack([x, np.ones(len(x))])
    bread = np.linalg.inv(x.T @ x)
    scores = x * (y - x @ bread @ x.T @ y)[:, None]
    meat = np.zeros((x.shape[1],) * 2)
    for count in range(1, len(ways) + 1):
        for subset in combinations(ways, count):
            sums = pd.DataFrame(scores).groupby([frame[name].to_numpy() for name in subset]).sum().to_numpy()
            meat += (-1) ** (count + 1) * sums.T @ sums
    n, fewest = len(frame), min(frame[name].nunique() for name in ways)
    parameters = x.shape[1] + (effect is not None)  # an effect nested in its own clusters counts one
    spread = bread @ meat @ bread * (n - 1) / (n - parameters) * fewest / (fewest - 1)
    wrong = np.linalg.eigvalsh(spread)[0] < 0
    whole = repaired(spread)
    if effect is None:
        whole[:3, :3] = repaired(spread[:3, :3])
    unit = size[1:] if effect else np.append(size[1:], 1.0)
    return np.sqrt(np.diag(whole)) * size[0] / unit, bool(wrong)


def found(frame: pd.DataFrame, ways: list[str], effect: str | None):
    spec = dm.Specification(
        "y", TERMS, entity="id", time="t", fixed_effects=effect or (), covariance=clustered(ways)
    )
    return dm.estimate(spec, frame)


def clustered(ways: list[str]) -> dm.Clustered:
    return dm.Clustered(ways, wild_bootstrap=None)


def test_a_published_case():
    # reghdfe's algorithm; repaired in raw units of the scores it would be .05679 .11453 .09645.
    result = found(panel(6), ["id", "t"], "id")
    expected = [0.05882, 0.11328, 0.09577]
    assert result.coefficients["std_error"].tolist() == pytest.approx(expected, abs=5e-6)
    far = panel(6).assign(x=lambda frame: 1000 * frame.x)
    assert found(far, ["id", "t"], "id").coefficients["std_error"].tolist() == pytest.approx(
        [0.05882e-3, *expected[1:]], abs=5e-6
    )


@pytest.mark.parametrize("effect", ["id", None])
@pytest.mark.parametrize("ways", [["id", "t"], ["id", "t", "town"]])
def test_random_panels_have_reghdfes_errors(ways, effect):
    wrong = 0
    for seed in range(60):
        frame = panel(seed)
        expected, negative = reghdfe(frame, ways, effect)
        result = found(frame, ways, effect)
        errors = result.coefficients["std_error"]
        order = [*TERMS, "Intercept"] if effect is None else TERMS
        assert errors[order].tolist() == pytest.approx(expected.tolist(), rel=1e-9)
        assert negative == noted(result.notes, "repaired")
        wrong += negative
    assert 10 < wrong < 60


@pytest.mark.parametrize("seed", range(20))
def test_the_whole_covariance_is_positive_semidefinite_with_the_constant_too(seed):
    result = found(panel(seed), ["id", "t"], None)
    spread = result.covariance_matrix.to_numpy()
    size = np.sqrt(np.diag(spread))
    assert np.linalg.eigvalsh(spread / size / size[:, None])[0] > -1e-12


def test_the_note_names_the_error_that_moved_most():
    result = found(panel(6), ["id", "t"], "id")
    (note,) = (note for note in result.notes if "negative eigenvalue" in note.en)
    # Before the repair .04324 .11075 .09566, after it .05882 .11328 .09577.
    assert "had 1 negative eigenvalue" in note.en
    assert "is that of x, by +36.0%" in note.en
    assert "1个负特征值" in note.zh
    assert "变动+36.0%" in note.zh


def test_paths_of_a_mediation_have_the_errors_of_their_equations():
    for seed in range(12):
        frame = panel(seed)
        spec = dm.Specification(
            "y",
            ("x", "v"),
            entity="id",
            time="t",
            fixed_effects="id",
            covariance=clustered(["id", "t"]),
            estimator=dm.Mediation(mediators="z", replications=0),
        )
        paths = dm.estimate(spec, frame).tables["paths"]["std_error"]
        plain = spec.replace(estimator=dm.LeastSquares())
        first = dm.estimate(plain.replace(outcome="z"), frame).coefficients["std_error"]
        second = dm.estimate(plain.replace(regressors=("x", "v", "z")), frame).coefficients["std_error"]
        assert paths.iloc[:2].tolist() == pytest.approx([first["x"], second["z"]], rel=1e-9)


def test_quantiles_have_the_errors_that_each_has_alone():
    for seed in range(6):
        spec = dm.Specification(
            "y", TERMS, entity="id", time="t", fixed_effects="id", covariance=clustered(["id", "t"])
        )
        both = dm.estimate(spec.replace(estimator=dm.QuantileRegression(quantile=(0.25, 0.75))), panel(seed))
        for level in (0.25, 0.75):
            alone = dm.estimate(spec.replace(estimator=dm.QuantileRegression(quantile=level)), panel(seed))
            errors = both.tables["quantiles"].loc[level, "std_error"]
            assert errors.tolist() == pytest.approx(alone.coefficients["std_error"].tolist(), rel=1e-9)
