"""Agreement of coders, and regressions corrected for what a classifier gets wrong."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from refused import refused

import digimfg as dm
from digimfg.errors import Fault

NA = np.nan
KRIPPENDORFF = pd.DataFrame(
    {
        "a": [1, 2, 3, 3, 2, 1, 4, 1, 2, NA, NA, NA],
        "b": [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NA, 3],
        "c": [NA, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, NA],
        "d": [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NA],
    }
)


@pytest.mark.parametrize(("scale", "printed"), [("nominal", 0.743), ("interval", 0.849)])
def test_alpha_of_krippendorff(scale, printed):
    """Krippendorff (2011), Computing Krippendorff's alpha-reliability, example C: four coders, twelve units, gaps."""
    found = dm.coder_agreement(KRIPPENDORFF, list("abcd"), scale=scale, draws=0)
    assert found.summary["estimate"].iloc[0] == pytest.approx(printed, abs=5e-4)
    assert found.summary["codes"].iloc[0] == 40


def test_kappa_of_two_coders():
    """Cohen's arithmetic: 20 and 15 agreements among 50, margins 25/25 and 30/20."""
    coded = pd.DataFrame({"a": [1] * 25 + [0] * 25, "b": [1] * 20 + [0] * 5 + [1] * 10 + [0] * 15})
    assert dm.coder_agreement(coded, ["a", "b"], draws=0).pairs["kappa"].iloc[0] == pytest.approx(0.4)


def world(seed, rate, n=2_000, share=0.15):
    rng = np.random.default_rng(seed)
    truth = (rng.random(n) < 0.4).astype(float)
    z = rng.normal(size=n)
    wrong = rng.random(n) < rate * (1 + 0.5 * (z > 0))  # errors that go with a regressor
    frame = pd.DataFrame({"z": z, "digital": np.where(wrong, 1 - truth, truth)})
    frame["y"] = 1 + 0.5 * truth + 0.3 * z + rng.normal(size=n)
    frame["hand"] = np.where(rng.random(n) < share, truth, np.nan)
    return frame


@pytest.mark.parametrize("rate", [0.05, 0.2])
def test_corrected_intervals_cover_what_uncorrected_ones_miss(rate):
    inside = uncorrected = 0
    for seed in range(60):
        found = dm.coded_regression(world(seed, rate), "y", ["digital", "z"], coded={"digital": "hand"})
        row = found.coefficients.loc["digital"]
        inside += row["conf_low"] <= 0.5 <= row["conf_high"]
        uncorrected += row["uncorrected"]
    assert inside >= 52  # 95 % of 60, less two and a half standard errors
    assert uncorrected / 60 < 0.5 * (1 - 1.5 * rate)


def test_where_all_are_coded_it_is_least_squares_on_the_codes():
    frame = world(1, 0.2, share=1.1)
    found = dm.coded_regression(frame, "y", ["digital", "z"], coded={"digital": "hand"}).coefficients
    assert found["estimate"].to_numpy() == pytest.approx(found["coded"].to_numpy(), rel=1e-10)
    plain = dm.estimate(
        dm.Specification("y", ("hand", "z"), covariance=dm.Robust(small_sample="none")), frame
    )
    errors = plain.coefficients.loc[["hand", "z"], "std_error"].to_numpy() * np.sqrt(2_000 / 1_999)
    assert found.loc[["digital", "z"], "std_error"].to_numpy() == pytest.approx(errors, rel=1e-6)


def test_predicted_outcomes_are_corrected_too():
    frame = world(3, 0.1, n=6_000)
    found = dm.coded_regression(frame, "digital", ["z"], coded={"digital": "hand"}).coefficients
    assert abs(found.loc["z", "estimate"]) < 2.5 * found.loc["z", "std_error"]


def test_strata_carry_their_own_share():
    frame = world(4, 0.2).assign(part=lambda f: (f["z"] > 0).astype(int))
    frame.loc[(frame["part"] == 1) & (np.arange(len(frame)) % 3 > 0), "hand"] = np.nan
    found = dm.coded_regression(frame, "y", ["digital", "z"], coded={"digital": "hand"}, stratum="part")
    assert len(found.accuracy) == 2
    assert (
        abs(found.coefficients.loc["digital", "estimate"] - 0.5)
        < 3 * found.coefficients.loc["digital", "std_error"]
    )


@pytest.mark.parametrize(
    ("change", "options", "kind"),
    [
        ({}, {"coded": {"other": "hand"}}, "texts.codes_or_predictions_lacking"),
        ({"y": np.nan}, {}, "texts.codes_or_predictions_lacking"),
        ({"hand": np.nan}, {}, Fault.of("texts.strata_without_codes", name="coded")),
    ],
)
def test_what_cannot_be_corrected_is_refused(change, options, kind):
    with refused(dm.DigimfgError, kind):
        dm.coded_regression(
            world(0, 0.1).assign(**change), "y", ["digital"], **{"coded": {"digital": "hand"}, **options}
        )


def test_labels_as_outcomes_are_those_of_ppi_python():
    """Second engine: ppi-python 0.2.3, numbers of coded_texts_ppi.py; z has the same moments among coded texts as among all, where
    both estimators are the same arithmetic. Its intervals take the coded texts and all texts for two samples, ours for one: they
    differ by the covariance of both.
    """
    import json

    kept = json.loads((Path(__file__).parent / "coded_texts.json").read_text("utf-8"))
    place = np.arange(4_000)
    z = ((place // 8) % 2) * 2.0 - 1.0
    truth = ((place * 0.6180339887498949) % 1 < 0.35 + 0.1 * z).astype(float)
    label = np.where((place * 0.7548776662466927) % 1 < 0.15 + 0.05 * z, 1 - truth, truth)
    frame = pd.DataFrame({"z": z, "label": label, "code": np.where(place % 8 == 0, truth, np.nan)})
    found = dm.coded_regression(frame, "label", ["z"], coded={"label": "code"}).coefficients
    assert found["estimate"].tolist() == pytest.approx(kept["slopes"], abs=1e-9)
    assert found.loc["Intercept", "estimate"] == pytest.approx(kept["mean"], abs=1e-9)
    width = np.subtract(kept["high"], kept["low"])
    ours = (found["conf_high"] - found["conf_low"]).to_numpy()
    assert ours == pytest.approx(width, rel=0.08)
