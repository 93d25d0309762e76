"""The wild restricted efficient bootstrap: every draw is a refit of all equations; 2SLS with few clusters carries it."""

import itertools

import numpy as np
import pandas as pd
import pytest
from refused import refused

import digimfg as dm
from digimfg.estimators.instrumental import wild
from digimfg.exhibits import Evidence
from digimfg.inference import wild_column, wild_instruments


def panel(n_units=7, n_years=12, seed=3, strength=0.5):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {"unit": np.repeat(np.arange(n_units), n_years), "year": np.tile(np.arange(n_years), n_units)}
    )
    n = len(frame)
    frame["z1"], frame["z2"], frame["z3"], frame["x"] = rng.normal(size=(4, n))
    error = rng.normal(size=n)
    frame["d"] = strength * (frame.z1 + frame.z2) + 0.3 * frame.x + error + rng.normal(size=n)
    frame["e"] = frame.z3 + 0.5 * frame.z2 + 0.3 * error + rng.normal(size=n)
    frame["y"] = 0.3 * frame.d + 0.2 * frame.e + frame.x + error + rng.normal(size=n) * (1 + frame.unit) / 3
    frame["size"], frame["pair"] = rng.uniform(0.5, 2, n), frame.year // 2
    return frame.drop(index=[3, 17, 40]).reset_index(drop=True)


FRAME = panel()
SPEC = dm.Specification(
    "y",
    "x",
    endogenous="d",
    instruments="z1",
    entity="unit",
    time="year",
    fixed_effects=("unit", "year"),
    covariance=dm.Clustered("unit"),
    estimator=dm.TwoStageLeastSquares(),
)


def refits(spec, frame, by, term, null, restricted):
    """Return t of the sample and of every vector of signs: dummies, pseudo-inverses, all equations refitted."""
    dummies = [pd.get_dummies(frame[name]).to_numpy(float) for name in spec.fixed_effects]
    weights = (
        np.ones(len(frame)) if spec.weights is None else frame[spec.weights] / frame[spec.weights].mean()
    )
    root = np.sqrt(np.asarray(weights))[:, None]
    x = np.column_stack([frame[list(spec.regressors)], *(dummies or [np.ones((len(frame), 1))])]) * root
    endogenous, z = (
        frame[list(spec.endogenous)].to_numpy() * root,
        frame[list(spec.instruments)].to_numpy() * root,
    )
    outcome = frame.y.to_numpy() * root[:, 0]
    place = [*spec.endogenous, *spec.regressors].index(term)
    given = np.column_stack([z, x])
    project = given @ np.linalg.pinv(given)
    ways = spec.covariance.columns

    def slopes(left, right):
        seen = project @ right
        bread = np.linalg.pinv(seen.T @ right)
        return bread @ (seen.T @ left), seen, bread

    def t(left, moved, at):
        right = np.column_stack([moved, x])
        found, seen, bread = slopes(left, right)
        scores = seen * (left - right @ found)[:, None]
        meat = 0
        for size in range(1, len(ways) + 1):
            for subset in itertools.combinations(ways, size):
                cells = pd.factorize(pd.Series(list(zip(*(frame[way] for way in subset), strict=True))))[0]
                sums = pd.DataFrame(scores).groupby(cells).sum().to_numpy()
                meat = meat + (-1) ** (size + 1) * sums.T @ sums
        variance = (bread @ meat @ bread)[place, place]
        return (found[place] - at) / np.sqrt(variance) if variance > 1e-10 else np.nan

    right = np.column_stack([endogenous, x])
    if restricted:
        rest = slopes(outcome - null * right[:, place], np.delete(right, place, axis=1))[0]
        under, centre = np.insert(rest, place, null), null
    else:
        under = slopes(outcome, right)[0]
        centre = under[place]
    u = outcome - right @ under
    first_stage = (np.linalg.pinv(np.column_stack([given, u])) @ endogenous)[:-1]
    v = endogenous - given @ first_stage
    groups = pd.factorize(frame[by], sort=True)[0]
    draws = []
    for signs in itertools.product((1.0, -1.0), repeat=groups.max() + 1):
        sign = np.array(signs)[groups]
        moved = given @ first_stage + v * sign[:, None]
        draws.append(t(np.column_stack([moved, x]) @ under + u * sign, moved, centre))
    return t(outcome, endogenous, null), np.array(draws)


TWO = {"endogenous": ("d", "e"), "instruments": ("z1", "z2", "z3")}


@pytest.mark.parametrize(
    ("changes", "ways", "by", "term", "null", "restricted"),
    [
        ({}, "unit", "unit", "d", 0.0, True),
        ({}, "unit", "unit", "d", 0.2, True),
        ({}, "unit", "unit", "x", 0.2, True),
        ({}, "unit", "unit", "d", 0.0, False),
        ({"fixed_effects": ()}, "unit", "unit", "d", 0.2, True),
        ({"fixed_effects": "unit", "weights": "size"}, "unit", "unit", "d", 0.2, True),
        ({"weights": "size", "instruments": ("z1", "z2")}, ("unit", "year"), "unit", "d", 0.1, True),
        ({"instruments": ("z1", "z2")}, "year", "pair", "x", 0.5, True),
        ({"regressors": (), "instruments": ("z1", "z2")}, "unit", "unit", "d", 0.2, True),
        (TWO, "unit", "unit", "d", 0.2, True),
        (TWO, "unit", "unit", "e", 0.0, True),
        ({**TWO, "weights": "size"}, "unit", "unit", "x", 0.5, False),
    ],
)
def test_every_draw_is_a_refit(changes, ways, by, term, null, restricted):
    spec = SPEC.replace(**changes, covariance=dm.Clustered(ways, small_sample="none"))
    found = dm.wild_cluster_bootstrap(
        spec, FRAME, term, null=null, cluster=by, weights="rademacher", impose_null=restricted, draws=128
    )
    sample, draws = refits(spec, FRAME, by, term, null, restricted)
    draws = draws[np.isfinite(draws)]
    assert found.enumerated
    assert found.statistic == pytest.approx(sample, rel=1e-9)
    # Draws with a variance near zero have t statistics of several thousands, known to fewer digits.
    assert np.sort(found.distribution) == pytest.approx(np.sort(draws), rel=1e-7, abs=1e-9)
    extreme = np.count_nonzero(np.abs(draws) >= abs(sample) * (1 - 1e-9))
    own = 0 if restricted else 1
    assert found.p_value == (extreme + own) / (len(draws) + own)


def test_few_clusters_bring_the_p_values_of_endogenous_terms_and_regressors():
    spec = SPEC.replace(controls="z3")
    result = dm.estimate(spec, FRAME)
    column = result.coefficients["wild_bootstrap_p_value"]
    for term in ("d", "x"):
        assert column[term] == dm.wild_cluster_bootstrap(spec, FRAME, term).p_value, term
    assert np.isnan(column["z3"])
    said = [
        note for note in result.notes if note.en.startswith("Wild restricted efficient cluster bootstrap")
    ]
    assert len(said) == 1
    assert "7 clusters, Webb weights, 9,999 draws, seed 0" in said[0].en
    assert "施加原假设，7个聚类" in said[0].zh


def test_the_options_of_least_squares_hold_for_instruments():
    every = dm.WildBootstrap(weights="rademacher", draws=128)
    found = dm.estimate(SPEC.replace(covariance=dm.Clustered("unit", wild_bootstrap=every)), FRAME)
    assert found.coefficients.loc["d", "wild_bootstrap_p_value"] * 128 == pytest.approx(
        round(found.coefficients.loc["d", "wild_bootstrap_p_value"] * 128)
    )
    assert any("all 128 vectors of signs" in note.en for note in found.notes)
    for covariance in (
        dm.Clustered("unit", wild_bootstrap=None),
        dm.Clustered("unit", wild_bootstrap=dm.WildBootstrap(fewer_than=7)),
        dm.Robust(),
    ):
        assert (
            "wild_bootstrap_p_value"
            not in dm.estimate(SPEC.replace(covariance=covariance), FRAME).coefficients
        )


def test_the_order_of_rows_and_the_scale_of_columns_do_not_change_the_p_value():
    p_value = dm.wild_cluster_bootstrap(SPEC, FRAME, "d", draws=999).p_value
    shuffled = FRAME.sample(frac=1, random_state=1)
    assert dm.wild_cluster_bootstrap(SPEC, shuffled, "d", draws=999).p_value == p_value
    scaled = FRAME.assign(y=1e6 * FRAME.y, d=1e-4 * FRAME.d, z1=1e3 * FRAME.z1)
    assert dm.wild_cluster_bootstrap(SPEC, scaled, "d", draws=999).p_value == p_value


def test_the_interval_ends_where_nulls_begin_to_be_rejected():
    frame = panel(12, 20, strength=1.0)
    found = dm.wild_cluster_bootstrap(SPEC, frame, "d", draws=999)
    assert found.conf_low < found.estimate < found.conf_high
    for end, side in ((found.conf_low, -1), (found.conf_high, 1)):
        inside, outside = (
            dm.wild_cluster_bootstrap(SPEC, frame, "d", null=end + step, draws=999)
            for step in (-1e-6 * side, 1e-6 * side)
        )
        assert outside.p_value <= 0.05 < inside.p_value


def test_weak_instruments_leave_the_interval_unbounded_and_say_so():
    found = dm.wild_cluster_bootstrap(SPEC, panel(strength=0.01), "d", draws=499)
    assert np.isinf([found.conf_low, found.conf_high]).any()
    assert any("weak instruments" in note.en and "工具变量过弱" in note.zh for note in found.notes)


def test_one_heavy_cluster_points_to_the_anderson_rubin_test():
    frame = FRAME.assign(z1=np.where(FRAME.unit == 2, 5 * FRAME.z1, FRAME.z1 / 5))
    frame["d"] = frame.z1 + frame.d
    notes = dm.wild_cluster_bootstrap(SPEC, frame, "d", draws=499).notes
    assert any("Anderson–Rubin" in note.en and "Anderson–Rubin" in note.zh for note in notes)


def test_generated_instruments_are_bootstrapped_like_others():
    spec = SPEC.replace(estimator=dm.TwoStageLeastSquares(heteroskedasticity_terms=("x",)))
    found = dm.wild_cluster_bootstrap(spec, FRAME, "d")
    result = dm.estimate(spec, FRAME).coefficients.loc["d"]
    assert found.estimate == pytest.approx(result["estimate"], rel=1e-10)
    assert found.std_error == pytest.approx(result["std_error"], rel=1e-10)
    assert found.p_value == result["wild_bootstrap_p_value"]


@pytest.mark.parametrize("method", ["liml", "fuller", "gmm2s"])
def test_other_methods_have_no_such_bootstrap(method):
    spec = SPEC.replace(instruments=("z1", "z2"), estimator=dm.TwoStageLeastSquares(method=method))
    assert "wild_bootstrap_p_value" not in dm.estimate(spec, FRAME).coefficients
    with refused(dm.SpecificationError, "robustness.not_two_stage_least_squares"):
        dm.wild_cluster_bootstrap(spec, FRAME, "d")


def test_an_unknown_term_names_the_nearest_endogenous_one():
    with refused(dm.SpecificationError, "names.unknown_term", near="d"):
        dm.wild_cluster_bootstrap(SPEC, FRAME, "dd")


def test_a_variance_that_is_not_positive_is_refused_and_missing_in_the_column(monkeypatch):
    monkeypatch.setattr(wild_instruments.InstrumentedEquation, "variance", property(lambda self: -1.0))
    with refused(dm.EstimationError, "inference.variance_not_positive"):
        dm.wild_cluster_bootstrap(SPEC, FRAME, "d")
    assert np.isnan(dm.estimate(SPEC, FRAME).coefficients.loc["d", "wild_bootstrap_p_value"])


def test_more_sums_than_fit_in_memory_are_refused(monkeypatch):
    monkeypatch.setattr(wild_instruments, "_LARGEST", 100)
    with refused(dm.EstimationError, "inference.too_many_clusters_for_memory", rows=7, count=7):
        dm.wild_cluster_bootstrap(SPEC, FRAME, "d")


@pytest.mark.parametrize(
    ("module", "limit", "value", "english", "chinese"),
    [
        (wild_column, "_MOST_LEVELS", 3, "so many fixed effects", "固定效应过多"),
        (wild, "_MOST_SUMS", 100, "so many instruments", "工具变量过多"),
    ],
)
def test_what_takes_long_leaves_a_note_instead(monkeypatch, module, limit, value, english, chinese):
    monkeypatch.setattr(module, limit, value)
    found = dm.estimate(SPEC, FRAME)
    assert "wild_bootstrap_p_value" not in found.coefficients
    assert any(english in note.en and chinese in note.zh for note in found.notes)


def test_chunks_of_draws_do_not_change_them(monkeypatch):
    whole = dm.wild_cluster_bootstrap(SPEC, FRAME, "d", draws=199).distribution
    monkeypatch.setattr(wild_instruments, "_CHUNK", 500)
    assert dm.wild_cluster_bootstrap(SPEC, FRAME, "d", draws=199).distribution == pytest.approx(
        whole, rel=1e-10
    )


def test_a_table_puts_the_p_value_in_brackets():
    result = dm.estimate(SPEC, FRAME)
    table = dm.RegressionTable({"(1)": result}).build(Evidence(results={"(1)": result}))
    cells = [cell for row in table.rows for cell in row.cells if isinstance(cell, str)]
    assert f"[{result.coefficients.loc['d', 'wild_bootstrap_p_value']:.3f}]" in cells
