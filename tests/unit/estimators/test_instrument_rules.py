"""Instrumental variables: bad input is named with its remedy, weak instruments say so, stages are columns."""

import numpy as np
import pandas as pd
import pytest
from noted import noted
from refused import refused

import digimfg as dm
from digimfg.errors import Fault
from digimfg.estimators.instrumental.notes import interval_phrase
from digimfg.estimators.instrumental.stock_yogo import stock_yogo_values
from digimfg.replication.serialise import result_from_dict, result_to_dict

SPEC = dm.Specification(
    "y",
    "x",
    endogenous="d",
    instruments="z1",
    entity="unit",
    time="year",
    fixed_effects=("unit", "year"),
    estimator=dm.TwoStageLeastSquares(),
)


def panel(strength=0.6, seed=0, n_units=60):
    rng = np.random.default_rng(seed)
    n = n_units * 8
    frame = pd.DataFrame({"unit": np.repeat(np.arange(n_units), 8), "year": np.tile(np.arange(8), n_units)})
    for name in ("z1", "z2", "x", "w"):
        frame[name] = rng.normal(size=n)
    shared = rng.normal(size=n)
    frame["d"] = strength * (frame.z1 + 0.5 * frame.z2) + 0.3 * frame.x + shared + rng.normal(size=n)
    frame["e"] = 0.4 * frame.z2 + rng.normal(size=n) + 0.5 * shared
    frame["y"] = 0.5 * frame.d - 0.4 * frame.x - shared + rng.normal(size=n)
    frame["tel_1984"] = rng.normal(size=n_units)[frame.unit]
    frame["national"] = rng.normal(size=8)[frame.year]
    return frame


def fail(error, kind, frame=None, **changes):
    with refused(error, kind):
        dm.estimate(SPEC.replace(**changes), panel() if frame is None else frame)


def test_fewer_instruments_than_endogenous_terms_is_an_error():
    fail(dm.SpecificationError, Fault.of("instrumental.too_few_instruments", n=2), endogenous=("d", "e"))


def test_an_instrument_that_the_effects_absorb_is_an_error_with_the_interaction_as_remedy():
    fail(dm.EstimationError, "instrumental.too_few_instruments_left", instruments="tel_1984")


def test_an_absorbed_instrument_beside_a_good_one_goes_with_a_note():
    frame = panel()
    result = dm.estimate(SPEC.replace(instruments=("z1", "tel_1984")), frame)
    alone = dm.estimate(SPEC, frame)
    pd.testing.assert_frame_equal(result.coefficients, alone.coefficients)
    assert any(note.en == "Omitted tel_1984: collinear with the fixed effects" for note in result.notes)
    assert result.statistics["n_instruments"] == 1


def test_a_term_in_two_roles_is_an_error():
    fail(dm.SpecificationError, Fault.of("instrumental.term_in_two_roles", terms=("d",)), controls="d")
    fail(
        dm.SpecificationError,
        Fault.of("instrumental.term_in_two_roles", terms=("d",)),
        instruments=("z1", "d"),
    )
    fail(
        dm.SpecificationError,
        Fault.of("instrumental.term_in_two_roles", terms=("x",)),
        instruments=("z1", "x"),
    )
    fail(
        dm.SpecificationError,
        Fault.of("instrumental.term_in_two_roles", terms=("y",)),
        instruments=("z1", "y"),
    )


def test_an_endogenous_term_that_the_effects_absorb_is_an_error():
    fail(dm.EstimationError, "instrumental.endogenous_absorbed", endogenous="tel_1984")


def test_an_endogenous_term_made_of_the_instruments_is_an_error():
    fail(
        dm.EstimationError,
        Fault.of("instrumental.instruments_explain_exactly", instrument_terms=("copy",)),
        frame=panel().assign(copy=lambda f: 2 * f.d + 1),
        instruments="copy",
    )


def test_no_endogenous_term_is_an_error():
    fail(dm.SpecificationError, "instrumental.no_endogenous_term", endogenous=(), instruments=())


def test_options_that_do_not_exist_are_errors():
    with refused(dm.SpecificationError, "arguments.value_outside", argument="method"):
        dm.TwoStageLeastSquares(method="gmm")
    with refused(dm.SpecificationError, "arguments.value_outside", argument="fuller_alpha"):
        dm.TwoStageLeastSquares(fuller_alpha=0)
    fail(
        dm.SpecificationError,
        Fault.of("instrumental.heteroskedasticity_terms_unknown", known=("x",)),
        estimator=dm.TwoStageLeastSquares(heteroskedasticity_terms=("w",)),
    )
    fail(
        dm.SpecificationError,
        "instrumental.orthogonality_test_of",
        estimator=dm.TwoStageLeastSquares(orthogonality_test=("z1",)),
    )


def test_gmm_with_fewer_clusters_than_moments_is_an_error():
    fail(
        dm.EstimationError,
        Fault.of("instrumental.moments_not_of_full_rank", n_groups=2, n=3),
        frame=panel().assign(half=lambda frame: frame.unit % 2),
        instruments=("z1", "z2"),
        fixed_effects=(),
        controls=(),
        regressors=(),
        covariance=dm.Clustered("half"),
        estimator=dm.TwoStageLeastSquares(method="gmm2s"),
    )


def test_tests_that_the_clusters_cannot_bear_are_missing_with_a_note():
    frame = panel().assign(half=lambda frame: frame.unit % 2)
    result = dm.estimate(
        SPEC.replace(instruments=("z1", "z2"), fixed_effects=(), covariance=dm.Clustered("half")), frame
    )
    assert np.isnan(result.statistics["first_stage_f"])
    assert "anderson_rubin" not in result.tables
    assert noted(result.notes, "no_joint_test", n_groups=2)


def test_a_weak_instrument_says_so_and_points_to_the_set():
    result = dm.estimate(SPEC, panel(strength=0.05))
    notes = " ".join(note.en for note in result.notes)
    assert "Weak instruments: the effective F is" in notes
    assert "Anderson–Rubin set is unbounded" in notes
    assert not np.isfinite(result.tables["anderson_rubin"].to_numpy()).all()
    assert np.isinf(result.statistics["tf_std_error"])
    assert "no t statistic is significant" in notes
    assert noted(result.notes, "weak_instruments")


def test_a_strong_instrument_keeps_its_notes_short():
    result = dm.estimate(SPEC, panel(strength=2.0, n_units=120))
    notes = " ".join(note.en for note in result.notes)
    assert "Weak" not in notes
    assert "95% Anderson–Rubin interval: [" in notes
    assert result.statistics["tf_std_error"] == result.coefficients.loc["d", "std_error"]


def test_several_weak_endogenous_terms_are_judged_by_the_rank_test():
    result = dm.estimate(
        SPEC.replace(endogenous=("d", "e"), instruments=("z1", "z2"), estimator=dm.TwoStageLeastSquares()),
        panel(strength=0.02),
    )
    assert noted(result.notes, "weak_instruments", label="Kleibergen–Paap rk F")
    assert "effective_f" not in result.statistics
    assert set(result.tables["weak_instruments"].index) == {"d", "e"}


def test_the_set_is_written_with_brackets_open_at_infinity():
    inf = float("inf")
    frame = pd.DataFrame({"conf_low": [-inf, 1.5], "conf_high": [-0.5, inf]})
    assert interval_phrase(frame).en == "(−∞, −0.5] ∪ [1.5, +∞)"
    assert interval_phrase(frame.iloc[:0]) == dm.Text("empty", "空集")


def test_stock_yogo_values_end_where_the_published_tables_end():
    assert len(stock_yogo_values(1, 30)) == 8
    assert len(stock_yogo_values(2, 3)) == 4
    assert len(stock_yogo_values(3, 5)) == 4
    assert stock_yogo_values(1, 2, "liml")["critical_5"].tolist() == [8.68, 5.33, 4.42, 3.92]
    assert len(stock_yogo_values(1, 2, "fuller")) == 0
    assert len(stock_yogo_values(1, 31)) == len(stock_yogo_values(4, 10)) == 0


def test_first_and_second_stage_stand_in_one_table():
    frame = panel()
    spec = SPEC.replace(instruments=("z1", "z2"))
    first, second = dm.first_stages(spec, frame)["d"], dm.estimate(spec, frame)
    exhibit = dm.RegressionTable({"first": first, "second": second})
    table = exhibit.build(exhibit.evidence)
    rows = {str(row.cells[0]): row.cells[1:] for row in table.rows if not row.attached}
    assert rows["z1"][0] != ""
    assert rows["z1"][1] == ""
    assert rows["d"][0] == ""
    assert rows["d"][1] != ""
    assert "Kleibergen–Paap rk Wald F" in rows
    liml = dm.estimate(spec.replace(estimator=dm.TwoStageLeastSquares(method="liml")), frame)
    exhibit = dm.RegressionTable({"2sls": second, "liml": liml})
    both = exhibit.build(exhibit.evidence)
    assert "LIML" in [str(cell) for row in both.rows for cell in row.cells]


def test_a_result_with_instruments_survives_storage():
    before = dm.estimate(SPEC.replace(instruments=("z1", "z2")), panel(strength=0.05))
    after = result_from_dict(result_to_dict(before))
    assert set(after.tables) == set(before.tables)
    assert dict(after.statistics) == pytest.approx(dict(before.statistics))
    assert after.specification == before.specification
    for name, table in before.tables.items():
        pd.testing.assert_frame_equal(after.tables[name], table, check_index_type=False)


def test_lewbels_instruments_identify_where_the_first_stage_is_heteroskedastic():
    rng = np.random.default_rng(5)
    n = 4000
    frame = pd.DataFrame({"x": rng.normal(size=n)})
    shared = rng.normal(size=n)
    frame["d"] = frame.x + shared + np.exp(0.6 * frame.x) * rng.normal(size=n)
    frame["y"] = 0.7 * frame.d + frame.x - shared + rng.normal(size=n)
    spec = dm.Specification(
        "y", "x", endogenous="d", estimator=dm.TwoStageLeastSquares(heteroskedasticity_terms=("x",))
    )
    result = dm.estimate(spec, frame)
    plain = dm.estimate(dm.Specification("y", ("d", "x")), frame)
    assert abs(result.coefficients.loc["d", "estimate"] - 0.7) < 0.05
    assert abs(plain.coefficients.loc["d", "estimate"] - 0.7) > 0.1
    assert result.statistics["breusch_pagan_p"] < 1e-6
    assert dm.first_stages(spec, frame)["d"].coefficients.index[0] == "x:residual[d]"
    # The estimator written out: (z - mean) times the first-stage residual as the only instrument.
    x = np.column_stack([np.ones(n), frame.x])
    residual = frame.d - x @ np.linalg.lstsq(x, frame.d, rcond=None)[0]
    z = np.column_stack([(frame.x - frame.x.mean()) * residual, x])
    slopes = np.linalg.solve(z.T @ np.column_stack([frame.d, x]), z.T @ frame.y)
    assert result.coefficients.loc["d", "estimate"] == pytest.approx(slopes[0], rel=1e-9)


def test_lewbels_instruments_say_where_no_heteroskedasticity_supports_them():
    rng = np.random.default_rng(6)
    frame = pd.DataFrame({"x": rng.normal(size=500)})
    frame["d"] = frame.x + rng.normal(size=500)
    frame["y"] = frame.d + rng.normal(size=500)
    spec = dm.Specification(
        "y", "x", endogenous="d", estimator=dm.TwoStageLeastSquares(heteroskedasticity_terms=("x",))
    )
    assert noted(dm.estimate(spec, frame).notes, "generated_instruments")


def test_few_clusters_bring_the_bootstrap_p_value_of_the_reduced_form():
    frame = panel(n_units=12)
    frame["region"] = frame.unit
    spec = SPEC.replace(covariance=dm.Clustered("region"))
    result = dm.estimate(spec, frame)
    reduced = dm.reduced_form(spec, frame).coefficients
    assert result.statistics["anderson_rubin_wild_p"] == reduced.loc["z1", "wild_bootstrap_p_value"]
    assert any(note.en.startswith("Anderson–Rubin bootstrap p value") for note in result.notes)
    assert "wild_bootstrap_p_value" not in result.tables["first_stage"]
    off = spec.replace(covariance=dm.Clustered("region", wild_bootstrap=None))
    assert "anderson_rubin_wild_p" not in dm.estimate(off, frame).statistics


def test_indicator_instruments_have_a_first_stage_with_few_clusters():
    frame = panel(n_units=12)
    spec = SPEC.replace(instruments=("z1:i(year)",))
    first = dm.first_stages(spec, frame)["d"].coefficients
    assert "z1:year[3]" in first.index
    assert dm.estimate(spec, frame).statistics["n_instruments"] == 8  # a first-stage slope in every year


def test_conley_errors_come_with_every_test():
    frame = panel()
    rng = np.random.default_rng(0)
    frame["lat"], frame["lon"] = rng.uniform(20, 50, 60)[frame.unit], rng.uniform(80, 120, 60)[frame.unit]
    far = SPEC.replace(instruments=("z1", "z2"), covariance=dm.Conley("lat", "lon", 300))
    result = dm.estimate(far, frame)
    assert np.isfinite(result.coefficients.loc["d", "std_error"])
    assert result.statistics["hansen_j"] >= 0
    # Within a cutoff that reaches nobody else, rows of one place still go together: errors by unit, without G/(G-1).
    alone = dm.estimate(SPEC.replace(covariance=dm.Conley("lat", "lon", 1e-6, small_sample="none")), frame)
    robust = dm.estimate(SPEC.replace(covariance=dm.Robust("none")), frame)
    assert alone.statistics["first_stage_f"] > 0
    assert alone.coefficients.loc["d", "estimate"] == robust.coefficients.loc["d", "estimate"]


def test_cr2_is_refused_with_the_remedy():
    fail(
        dm.SpecificationError,
        Fault.of("inference.small_sample_rule", rule="cr2", label="2SLS"),
        covariance=dm.Clustered("unit", small_sample="cr2"),
    )


def test_a_nearly_collinear_endogenous_term_is_noted():
    frame = panel()
    frame["near"] = frame.x + 1e-3 * frame.d
    notes = dm.estimate(SPEC.replace(endogenous="near"), frame).notes
    assert noted(notes, "nearly_collinear", label="near")


@pytest.mark.parametrize("noise", [0.0, 1e-13, 1e-11, 1e-8])
def test_an_equation_that_fits_exactly_has_a_set_of_one_value(noise):
    frame = panel()
    frame["y"] = 0.5 * frame.d + frame.x + noise * np.random.default_rng(1).normal(size=len(frame))
    result = dm.estimate(SPEC, frame)
    low, high = result.tables["anderson_rubin"].to_numpy()[0]
    assert low <= 0.5 + 1e-7
    assert high >= 0.5 - 1e-7
    assert high - low < 1e-6
