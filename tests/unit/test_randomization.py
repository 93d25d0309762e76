"""Randomization inference: every placebo is the estimate on reassigned data."""

import itertools
from math import comb

import numpy as np
import pandas as pd
import pytest
from noted import noted
from refused import refused

import digimfg as dm
from digimfg.errors import EstimationError, ExhibitError, Fault, SpecificationError
from digimfg.parallel import spawn_seeds


def panel(n_units=8, n_years=10, seed=4):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {"unit": np.repeat(np.arange(n_units), n_years), "year": np.tile(np.arange(n_years), n_units)}
    )
    n = len(frame)
    frame["region"] = frame.unit % 2
    frame["policy"] = ((frame.unit < 3) & (frame.year >= 5)).astype(float)
    frame["x"], frame["z"], frame["size"] = rng.normal(size=n), rng.normal(size=n), rng.uniform(1, 3, n)
    frame["y"] = 0.3 * frame.x + frame.z + 0.2 * frame.policy + rng.normal(size=n)
    return frame


FRAME = panel()
SPEC = dm.Specification(
    "y", "policy", controls="z", entity="unit", time="year", fixed_effects=("unit", "year")
)


def shuffled(sample, rng):
    return rng.permutation(sample["x"].to_numpy())


# One regressor: with several, `dm.estimate` mends the whole matrix where a two-way one is not positive.
TWO_WAYS = {"controls": (), "covariance": dm.Clustered(("unit", "year"))}


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"weights": "size"},
        {"fixed_effects": ()},
        {"fixed_effects": ("unit", "year", "region:year")},
        {"covariance": dm.Robust()},
        {"covariance": dm.Unadjusted()},
        TWO_WAYS,
        TWO_WAYS | {"covariance": dm.Clustered(("unit", "year"), small_sample="cgm")},
    ],
)
def test_each_placebo_is_the_estimate_on_reassigned_data(change):
    spec = SPEC.replace(regressors=("x",), **change)
    found = dm.randomization_test(spec, FRAME, "x", reassign=shuffled, replications=20, seed=9)
    rng = np.random.default_rng(spawn_seeds(9, 1)[0])
    expected = pd.concat(
        [
            dm.estimate(spec, FRAME.assign(x=rng.permutation(FRAME.x.to_numpy()))).coefficients.loc[["x"]]
            for _ in range(20)
        ]
    )
    # A two-way variance can be negative: no t then.
    expected = expected.loc[expected["std_error"] > 0, ["estimate", "statistic", "p_value"]]
    assert len(found.placebo) == found.replications == len(expected) >= 15
    assert found.placebo.to_numpy() == pytest.approx(expected.to_numpy(), rel=1e-7)
    own = dm.estimate(spec, FRAME).coefficients.loc["x"]
    assert [found.estimate, found.std_error, found.p_value_clustered] == pytest.approx(
        own[["estimate", "std_error", "p_value"]].tolist(), rel=1e-9
    )
    extreme = np.count_nonzero(found.placebo["statistic"].abs() >= abs(own["statistic"]))
    assert found.p_value == (1 + extreme) / (1 + len(expected))


def test_few_reassignments_are_all_used_once():
    found = dm.randomization_test(SPEC, FRAME, "policy")
    assert found.exact
    assert found.replications == comb(8, 3)
    placebo = [
        dm.estimate(
            SPEC, FRAME.assign(policy=(FRAME.unit.isin(units) & (FRAME.year >= 5)).astype(float))
        ).coefficients.loc["policy"]
        for units in itertools.combinations(range(8), 3)
    ]
    t = np.array([row["statistic"] for row in placebo])
    assert np.sort(found.placebo["statistic"]) == pytest.approx(np.sort(t), rel=1e-8)
    assert found.p_value == np.mean(np.abs(t) >= abs(found.statistic) * (1 - 1e-9))
    coefficient = dm.randomization_test(SPEC, FRAME, "policy", statistic="coefficient")
    b = np.array([row["estimate"] for row in placebo])
    assert coefficient.p_value == np.mean(np.abs(b) >= abs(coefficient.estimate) * (1 - 1e-9))


def test_strata_keep_values_inside():
    found = dm.randomization_test(
        SPEC, FRAME, "policy", reassign=dm.Reassignment("entities", within=("region",))
    )
    # Units 0 and 2 of the four of region 0, unit 1 of the four of region 1.
    assert found.replications == comb(4, 2) * 4
    assert "within region" in found.notes[0].en


def test_periods_exchange_their_cross_sections():
    spec = SPEC.replace(fixed_effects="unit")
    found = dm.randomization_test(
        spec, FRAME, "policy", reassign=dm.Reassignment("periods"), replications=comb(10, 5)
    )
    assert found.exact
    assert found.replications == comb(10, 5)


def test_rows_exchange_within_the_year():
    found = dm.randomization_test(
        SPEC, FRAME, "policy", reassign=dm.Reassignment("rows", within=("year",)), replications=50
    )
    assert not found.exact
    assert found.replications == 50


def test_one_sided_shares_meet_at_the_sample():
    low, high = (
        dm.randomization_test(SPEC, FRAME, "policy", alternative=side).p_value for side in ("less", "greater")
    )
    assert low + high == pytest.approx(1 + 1 / comb(8, 3))


def test_processes_do_not_change_the_answer():
    spec = SPEC.replace(regressors=("x",))
    one, two = (
        dm.randomization_test(spec, FRAME, "x", replications=600, seed=2, n_jobs=jobs) for jobs in (1, 2)
    )
    pd.testing.assert_frame_equal(one.placebo, two.placebo)


def test_a_constant_placebo_is_left_out_with_a_note():
    def sometimes_constant(sample, rng):
        return np.ones(len(sample)) if rng.random() < 0.5 else rng.normal(size=len(sample))

    found = dm.randomization_test(SPEC, FRAME, "policy", reassign=sometimes_constant, replications=40)
    assert 0 < found.replications < 40
    assert noted(found.notes, "failed_draws")


@pytest.mark.parametrize(
    ("change", "options", "kind", "told"),
    [
        ({}, {"term": "polcy"}, SpecificationError, Fault.of("names.unknown_term", near="policy")),
        (
            {},
            {"replications": 5},
            SpecificationError,
            Fault.of("arguments.value_outside", argument="replications"),
        ),
        (
            {},
            {"statistic": "z"},
            SpecificationError,
            Fault.of("arguments.value_outside", argument="statistic"),
        ),
        (
            {},
            {"alternative": "both"},
            SpecificationError,
            Fault.of("arguments.value_outside", argument="alternative"),
        ),
        ({"covariance": dm.DriscollKraay()}, {}, SpecificationError, "inference.covariance_not_for_placebo"),
        (
            {},
            {"reassign": dm.Reassignment("entities", ("year",))},
            SpecificationError,
            "inference.strata_not_constant",
        ),
        (
            {},
            {"reassign": dm.Reassignment("rows", ("zone",))},
            SpecificationError,
            Fault.of("names.unknown_column", name="zone"),
        ),
        (
            {},
            {"reassign": lambda sample, rng: np.ones(3)},
            SpecificationError,
            "robustness.reassigned_values",
        ),
        ({"time": None, "fixed_effects": ()}, {}, SpecificationError, "inference.reassignment_without_keys"),
    ],
)
def test_what_cannot_be_reassigned_is_named_with_its_remedy(change, options, kind, told):
    arguments = {"term": "policy", **options}
    with refused(kind, told):
        dm.randomization_test(SPEC.replace(**change), FRAME, arguments.pop("term"), **arguments)


def test_other_errors_may_compare_coefficients():
    spec = SPEC.replace(covariance=dm.DriscollKraay())
    found = dm.randomization_test(spec, FRAME, "policy", statistic="coefficient")
    plain = dm.randomization_test(SPEC, FRAME, "policy", statistic="coefficient")
    assert found.p_value == plain.p_value


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_placebo_figure_is_written_with_the_same_bytes_twice(tmp_path, language):
    test = dm.randomization_test(SPEC, FRAME, "policy")
    first, second = (
        dm.PlaceboPlot(test).save(tmp_path / f"{name}.png", language=language).read_bytes() for name in "ab"
    )
    assert first == second


def test_the_placebo_figure_says_what_it_shows():
    test = dm.randomization_test(SPEC, FRAME, "policy")
    chart = dm.PlaceboPlot("placebo", study="policy", level=0.05).build(dm.Evidence(studies={"policy": test}))
    said = " ".join(note.en + note.zh for note in chart.notes)
    assert "56 reassignments (all there are)" in said
    assert "p = 0.05" in said
    assert "56次置换（全部）" in said
    assert (said.count("Notes:"), said.count("注：")) == (1, 1)


def test_the_placebo_figure_needs_one_test():
    test = dm.randomization_test(SPEC, FRAME, "policy")
    two = dm.Evidence(studies={"a": test, "b": test})
    with refused(ExhibitError, "exhibits.one_study_wanted"):
        dm.PlaceboPlot("placebo").build(two)
    with refused(ExhibitError, "exhibits.names_unknown", got="'c'"):
        dm.PlaceboPlot("placebo", study="c").build(two)
    with refused(ExhibitError, "exhibits.one_study_wanted", name="RandomizationTest"):
        dm.PlaceboPlot("placebo").build(dm.Evidence())


def test_paths_may_lie_outside_the_sample_but_not_outside_the_data():
    within = SPEC.replace(sample="x > -1")
    assert dm.randomization_test(within, FRAME, "policy", replications=40).replications > 0
    with refused(EstimationError, "inference.reassignment_needs_balanced"):
        dm.randomization_test(SPEC, FRAME[FRAME["x"] > -1], "policy", replications=40)


def test_strata_may_be_named_as_one_text():
    assert dm.Reassignment("rows", within="year") == dm.Reassignment("rows", within=("year",))
    assert dm.Reassignment(within=["region"]).within == ("region",)
