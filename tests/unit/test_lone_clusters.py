"""A term that lives in one cluster has a clustered error far too small, and its result says so."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import digimfg as dm
from digimfg.text import Text


def panel(n_firms: int = 20, seed: int = 5) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    frame = pd.DataFrame(
        [(firm, year) for firm in range(n_firms) for year in range(10)], columns=["firm", "year"]
    )
    frame["x"] = random.normal(size=len(frame))
    frame["only"] = np.where(frame["firm"] == 3, random.normal(size=len(frame)), 0.0)
    frame["rest"] = frame["x"] - frame["x"].where(frame["firm"] == 3, 0.0)
    frame["heavy"] = random.normal(size=len(frame)) * np.where(frame["firm"] == 3, 20.0, 1.0)
    frame["early"] = ((frame["firm"] == 3) & (frame["year"] >= 5)).astype(float)
    frame["z"] = frame["early"] + 0.02 * random.normal(size=len(frame))
    frame["y"] = np.exp(0.2 * frame["x"] + 0.3 * random.normal(size=len(frame)))
    return frame


SPEC = dm.Specification(
    "y",
    "x",
    entity="firm",
    time="year",
    fixed_effects="firm",
    covariance=dm.Clustered("firm", wild_bootstrap=None),
)
TWO_WAY = SPEC.replace(regressors="early", fixed_effects=("firm", "year"))


def said(specification: dm.Specification, frame: pd.DataFrame | None = None) -> list[Text]:
    notes = dm.estimate(specification, panel() if frame is None else frame).notes
    return [note for note in notes if "in one cluster" in note.en]


def test_a_term_of_one_cluster_is_named_with_its_cluster():
    (note,) = said(SPEC.replace(regressors=("rest", "only")))
    assert note.en.startswith("Vary in one cluster only: only (Firm = 3).")
    assert note.zh.startswith("仅在一个聚类内有变动：only（企业=3）；")


def test_the_clustered_error_of_such_a_term_is_indeed_nothing_but_rounding():
    result = dm.estimate(SPEC.replace(regressors=("rest", "only")), panel())
    robust = dm.estimate(SPEC.replace(regressors=("rest", "only"), covariance=dm.Robust()), panel())
    assert result.coefficients.loc["only", "std_error"] < 1e-10
    assert robust.coefficients.loc["only", "std_error"] > 0.01


def test_one_treated_unit_among_many_is_noted_with_how_small_the_error_is():
    (note,) = said(TWO_WAY)
    assert note.en.startswith("Vary almost only in one cluster: early (Firm = 3).")
    assert "at about 32% of its true size" in note.en
    assert "dm.few_treated_test" in note.zh


def simulated(specification: dm.Specification) -> float:
    """Return the typical clustered error over the standard deviation of estimates, errors independent."""
    frame = panel()
    random = np.random.default_rng(9)
    rows = []
    for _ in range(300):
        frame["y"] = random.normal(size=len(frame))
        rows.append(dm.estimate(specification, frame).coefficients.iloc[-1])
    found = pd.DataFrame(rows)
    return float(np.sqrt((found["std_error"] ** 2).mean() / found["estimate"].var()))


def test_the_size_that_the_note_gives_is_what_simulated_errors_show():
    specification = SPEC.replace(regressors="heavy", fixed_effects=())
    (note,) = said(specification)
    (stated,) = (int(word[:-1]) for word in note.en.split() if word.endswith("%"))
    # 300 draws leave some 4 % of it on either side.
    assert simulated(specification) == pytest.approx(stated / 100, rel=0.1)


def test_with_one_treated_unit_effects_leave_even_less_of_the_error():
    assert 0.15 < simulated(TWO_WAY) < 0.32


def test_a_term_that_varies_everywhere_or_an_error_that_is_not_clustered_has_no_such_note():
    assert said(SPEC) == []
    assert said(SPEC.replace(regressors=("rest", "only"), covariance=dm.Robust())) == []


def test_two_treated_of_twenty_have_no_such_note():
    frame = panel()
    frame["early"] = (frame["firm"].isin([3, 4]) & (frame["year"] >= 5)).astype(float)
    assert said(TWO_WAY, frame) == []


def test_bias_reduced_errors_do_not_see_one_treated_unit_under_two_way_effects():
    # Its residuals along the treatment are zero, so that correcting them gives nothing back.
    (note,) = said(TWO_WAY.replace(covariance=dm.Clustered("firm", small_sample="cr2")))
    assert "at about 22% of its true size" in note.en


def test_errors_that_allow_for_heavy_clusters_are_noted_without_a_size():
    for rule in ("cr2", "cv3"):
        (note,) = said(SPEC.replace(regressors="heavy", covariance=dm.Clustered("firm", small_sample=rule)))
        assert "heavy (Firm = 3). An error that allows for heavy clusters still supposes" in note.en
        assert "%" not in note.en


def test_weights_count():
    frame = panel().assign(mass=lambda frame: np.where(frame["firm"] == 3, 1e4, 1.0))
    assert said(SPEC, frame) == []
    (note,) = said(SPEC.replace(weights="mass"), frame)
    assert "x (Firm = 3)" in note.en


@pytest.mark.parametrize("method", ["2sls", "liml", "gmm2s"])
def test_instrumented_terms_of_one_cluster_are_noted_too(method):
    specification = SPEC.replace(
        endogenous="early", instruments="z", estimator=dm.TwoStageLeastSquares(method=method)
    )
    (note,) = said(specification)
    assert "early (Firm = 3)" in note.en


def test_counts_have_the_note_too():
    (note,) = said(SPEC.replace(regressors=("rest", "only"), estimator=dm.Poisson()))
    assert "only (Firm = 3)" in note.en


def test_of_many_such_terms_three_are_named():
    frame = panel()
    terms = [f"only_{firm}" for firm in range(5)]
    for firm, term in enumerate(terms):
        frame[term] = frame["x"].where(frame["firm"] == firm, 0.0)
    (note,) = said(SPEC.replace(regressors=("year", *terms)), frame)
    assert "only_2 (Firm = 2) and 2 more." in note.en
    assert "only_2（企业=2）等5项；" in note.zh


def test_the_cluster_of_an_interaction_is_named_by_its_parts():
    frame = panel().assign(city=lambda frame: frame["firm"] // 2)
    clusters = dm.Clustered("city:firm", wild_bootstrap=None)
    (note,) = said(SPEC.replace(regressors=("rest", "only"), covariance=clusters), frame)
    assert "= 1, 3)" in note.en
