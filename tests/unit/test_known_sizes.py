"""Results say what simulated samples showed of tests and intervals that fail in samples like theirs."""

import numpy as np
import pytest
from noted import noted

import digimfg as dm
from benchmarks import known_sizes, monte_carlo_dependence, monte_carlo_designs, monte_carlo_tools
from digimfg.known_sizes import known_size, size_notes
from digimfg.text import Text

RNG = np.random.default_rng


def test_the_table_is_that_of_the_report():
    assert known_sizes.KEPT.read_text(encoding="utf-8") == known_sizes.written()


def test_every_case_has_samples_and_a_share():
    found = known_sizes.sizes()
    assert found[["units", "periods", "samples"]].gt(0).all(axis=None)
    assert found["share"].between(0, 1).all()
    assert not found.duplicated(["case", "units", "periods"]).any()


def test_the_nearest_units_of_as_many_periods_count():
    near, far = (known_size("pedroni panel_t", units, 25) for units in (60, 150))
    assert (near.units, far.units) == (31, 285)
    assert known_size("pedroni panel_t", 31, 12) is None
    assert known_size("pedroni panel_t", 31, 51) is None
    assert known_size("no such test", 31, 25) is None
    assert size_notes({"pedroni group_rho": Text("a", "a")}, 31, 25, Text("b", "b")) == ()


def sizes_said(notes):
    return [note for note in notes if getattr(note, "kind", "") == "known_size"]


def staggered(units, **options):
    frame = monte_carlo_designs.staggered(RNG(0), units)
    spec = dm.Specification(
        "y",
        "policy",
        entity="unit",
        time="year",
        estimator=dm.StaggeredDifferenceInDifferences(draws=0, **options),
    )
    return dm.estimate(spec, frame)


@pytest.mark.parametrize(
    "method", ["callaway_santanna", "sun_abraham", "imputation", "extended_two_way", "local_projection"]
)
def test_a_joint_test_before_treatment_of_thirty_units_is_qualified(method):
    (note,) = sizes_said(staggered(31, method=method).notes)
    assert note.weight == "must"
    assert note.values["units"] == 31
    assert not noted(staggered(285, method=method).notes, "known_size")


def test_stacked_regressions_keep_their_level_before_treatment():
    assert not noted(staggered(31, method="stacked").notes, "known_size")


def test_differences_between_regimes_are_qualified_with_thousands_of_units_and_few_periods():
    spec = dm.Specification("y", "x", entity="unit", time="year", fixed_effects=("unit", "year"))
    rng = RNG(1)
    frame = monte_carlo_tools.stacked({name: [rng.normal(size=2_000) for _ in range(9)] for name in "xys"})
    frame["s"] = (frame["s"] > 0).astype(float)
    many, few = (
        dm.local_projections(spec, each, horizon=1, state="s", draws=99).notes
        for each in (frame, frame[frame.unit < 40])
    )
    assert noted(many, "known_size", units=3_000)
    assert noted(many, "state")
    assert not noted(few, "known_size")
    corrected = dm.local_projections(
        spec, frame, horizon=1, state="s", correction="split_panel", draws=99
    ).notes
    assert not noted(corrected, "known_size")


@pytest.mark.parametrize("test", ["pedroni", "kao", "westerlund"])
def test_tests_of_cointegration_name_the_statistics_that_fail(test):
    frame = monte_carlo_dependence.walks(RNG(2), 31, 25, 1.0, 0.0)
    found = dm.panel_cointegration(
        frame, outcome="y", regressors="x", test=test, draws=9, entity="unit", time="year"
    )
    notes = sizes_said(found.notes)
    failed = [name for name in found.tests.index if known_size(f"{test} {name}", 31, 25).share > 0.1]
    assert [name.en for note in notes for name in note.values["names"]] == failed
    assert bool(failed) == (test != "westerlund")


def test_intervals_of_the_pooled_mean_group_are_qualified():
    frame = monte_carlo_dependence.corrected(RNG(3), 31, 25)
    spec = dm.Specification("y", "x", entity="unit", time="year", estimator=dm.PooledMeanGroup(starts=2))
    assert noted(dm.estimate(spec, frame).notes, "known_size", units=31, periods=25)


def test_interactions_about_unit_means_are_qualified_with_many_units():
    rng = RNG(4)
    frame = monte_carlo_tools.stacked({name: [rng.uniform(1, 2, 300) for _ in range(12)] for name in "ab"})
    notes = {
        method: dm.panel_symbiosis(frame, "a", "b", entity="unit", time="year", method=method, draws=9).notes
        for method in ("within", "gmm")
    }
    assert noted(notes["within"], "known_size", units=285)
    assert not noted(notes["gmm"], "known_size")
