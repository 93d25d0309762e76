"""Difference-in-differences and mechanisms on panels with gaps, weights and clusters coarser than units, against R.

unbalanced.R beside this file prints every stored number (R 4.2.2, sandwich 3.0.2, MASS 7.3).
"""

import importlib.util
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import digimfg as dm

HERE = Path(__file__).parent
NONE = {"small_sample": "none"}


def gappy():
    """Return the simulated adoption panel with every eleventh row or so missing, and units that enter late or leave."""
    specification = importlib.util.spec_from_file_location(
        "simulate_staggered", HERE / "simulate_staggered.py"
    )
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    frame = module.staggered_frame()
    unit, year = frame["unit"], frame["year"]
    gone = (7 * unit + 3 * year) % 11 == 0
    gone |= ((unit % 13 == 0) & (year < 2003)) | ((unit % 9 == 0) & (year > 2006))
    return frame[~gone].reset_index(drop=True)


@pytest.fixture(scope="module")
def adoption():
    return gappy()


@pytest.fixture(scope="module")
def mechanisms():
    frame = pd.read_csv(HERE / "data" / "mechanisms_panel.csv")
    return frame.assign(mass=np.exp(frame["z"] / 2))


def effects(adoption, method, controls, **options):
    spec = dm.Specification(
        "y", (), controls=controls, entity="unit", time="year",
        covariance=dm.Clustered("province", **NONE),
        estimator=dm.StaggeredDifferenceInDifferences(cohort="cohort", method=method, draws=0, **options),
    )  # fmt: skip
    return dm.estimate(spec, adoption)


def test_doubly_robust_cells_use_the_units_seen_in_both_periods(adoption):
    result = effects(adoption, "callaway_santanna", "size", control_group="not_yet_treated")
    found = result.coefficients[["estimate", "std_error"]]
    cells = result.tables["group_time"].set_index(["cohort", "time"])[["estimate", "std_error"]]
    assert cells.loc[(2006, 2007)].tolist() == pytest.approx([0.537645418334, 0.194737874760], rel=1e-9)
    assert found.loc["ATT"].tolist() == pytest.approx([0.5288210110448, 0.0788851700624], rel=1e-9)
    expected = {
        "event_time[-2]": [0.287274830722, 0.157136132505],
        "event_time[0]": [0.0922046146229, 0.1181055760894],
        "event_time[2]": [0.808897099051, 0.160768238182],
    }
    for name, values in expected.items():
        assert found.loc[name].tolist() == pytest.approx(values, rel=1e-9)


def test_sun_abraham_is_the_saturated_regression_with_its_clustered_covariance(adoption):
    found = effects(adoption, "sun_abraham", "x").coefficients[["estimate", "std_error"]]
    expected = {
        "ATT": [0.6021127229297, 0.0744516058459],
        "event_time[0]": [0.3082858458913, 0.0904286313488],
        "event_time[-2]": [0.0434681071683, 0.1030482915273],
    }
    for name, values in expected.items():
        assert found.loc[name].tolist() == pytest.approx(values, rel=1e-9)


def test_imputation_weights_untreated_rows_as_the_paper_does(adoption):
    found = effects(adoption, "imputation", "x").coefficients.loc["ATT", ["estimate", "std_error"]]
    assert found.tolist() == pytest.approx([0.6170804684325, 0.0590767368817], rel=1e-9)


def mechanism(mechanisms, estimator, **changes):
    spec = dm.Specification(
        "y", "x", controls="z", entity="unit", time="year", fixed_effects=("unit", "year"),
        covariance=dm.Clustered("unit", **NONE), weights="mass", estimator=estimator,
    )  # fmt: skip
    return dm.estimate(spec.replace(**changes), mechanisms)


def test_a_weighted_chain_is_the_weighted_stack_of_its_equations(mechanisms):
    estimator = dm.Mediation(mediators=("m1", "m2"), structure="serial", replications=0)
    found = mechanism(mechanisms, estimator).tables["effects"][["estimate", "delta_std_error"]]
    assert found.loc["x -> m1 -> m2 -> y"].tolist() == pytest.approx([0.0959044591526, 0.0290405728637])
    assert found.loc["indirect effect"].tolist() == pytest.approx([0.2218055142050, 0.0620474219029])


def test_weighted_moderation_has_the_interval_of_the_weighted_regression(mechanisms):
    result = mechanism(mechanisms, dm.Moderation(moderator="w", bins=0))
    row = result.coefficients.loc["x:w", ["estimate", "std_error"]]
    assert row.tolist() == pytest.approx([0.3378324730240, 0.0646735675953])
    bounds = [result.statistics[f"johnson_neyman_{end}"] for end in ("low", "high")]
    assert bounds == pytest.approx([-3.22894359838, -0.838808517118], abs=1e-9)


def test_weighted_groups_are_the_weighted_stacked_system(mechanisms):
    spec = dm.Specification(
        "y", "x", controls="z", entity="unit", time="year", fixed_effects=("unit", "year"),
        covariance=dm.Clustered("unit"), weights="mass",
    )  # fmt: skip
    row = dm.group_difference(spec, mechanisms, "coastal", methods=("suest",)).tables["differences"].loc["x"]
    assert row[["difference", "suest_std_error"]].tolist() == pytest.approx(
        [0.427104641871, 0.209579416866], rel=1e-9
    )
