"""What the tools of evolution cannot use is named, with what would be enough; and what is enough is taken."""

import re

import numpy as np
import pandas as pd
import pytest

import digimfg as dm

KEYS = {"entity": "unit", "time": "year"}


def series(n):
    return pd.DataFrame({"year": 1900 + np.arange(n), "x": np.random.default_rng(3).normal(size=n).cumsum()})


def panel(n_periods, n_units=30):
    rng, n = np.random.default_rng(5), n_units * n_periods
    frame = pd.DataFrame(
        {"unit": np.repeat(np.arange(n_units), n_periods), "year": np.tile(np.arange(n_periods), n_units)}
    )
    return frame.assign(
        a=rng.uniform(1, 2, n), b=rng.uniform(1, 2, n), c=rng.normal(size=n), low=rng.integers(0, 2, n)
    )


VAR = dm.PanelVAR(("a", "b"), 2, collapse=True, **KEYS)
PROJECTED = dm.Specification("a", "b", fixed_effects=("unit", "year"), **KEYS)
FEW = {
    "wavelet": (series, 8, lambda f: dm.wavelet_spectrum(f, "x", draws=1)),
    "wavelet_longest": (series, 40, lambda f: dm.wavelet_spectrum(f, "x", longest=30, draws=1)),
    "ridge": (series, 40, lambda f: dm.wave_ridge(f, "x", shortest=6, longest=24, draws=19)),
    "christiano_fitzgerald": (series, 30, lambda f: dm.band_pass(f, "x", shortest=10, longest=20, draws=19)),
    "baxter_king": (
        series, 30, lambda f: dm.band_pass(f, "x", shortest=8, longest=16, method="baxter_king", truncation=20, draws=19),
    ),
    "early_warning": (series, 9, lambda f: dm.early_warning(f, "x", draws=99)),
    "breaks": (series, 6, lambda f: dm.break_test(f, "x", draws=99)),
    "diffusion": (series, 3, lambda f: dm.fit_diffusion(f.assign(x=[9.0, 11, 20, 35, 38][: len(f)]), "x", observed="new")),
    "panel_var": (panel, 3, lambda f: dm.fit_panel_var(VAR, f)),
    "projections": (panel, 2, lambda f: dm.local_projections(PROJECTED, f, horizon=2, lags=2, draws=99)),
    "stages": (panel, 2, lambda f: dm.fit_stages(f, "c", stages=2, starts=5, draws=19, **KEYS)),
    "symbiosis": (panel, 2, lambda f: dm.panel_symbiosis(f, "a", "b", draws=9, **KEYS)),
    "state_dependence": (panel, 2, lambda f: dm.state_dependence(f, "low", time_effects=False, nodes=8, **KEYS)),
}  # fmt: skip
"""Name → frame of so many periods, how many are too few, and the call."""
WORDS = {"two": "2", "three": "3"}
ENOUGH_BY_WORDS = {"symbiosis"}  # "two steps each": three periods


@pytest.mark.parametrize("name", FEW)
def test_too_few_periods_are_refused_with_how_many_would_be_enough(name):
    make, few, call = FEW[name]
    with pytest.raises(dm.DigimfgError) as caught:
        call(make(few))
    said = " ".join(WORDS.get(word, word) for word in caught.value.expected.en.split())
    enough = [int(each) for each in re.findall(r"\d+", said) if int(each) > few]
    if name not in ENOUGH_BY_WORDS:
        assert enough
    if name in (
        "early_warning",
        "wavelet",
        "breaks",
        "christiano_fitzgerald",
        "baxter_king",
        "wavelet_longest",
    ):
        call(make(enough[0]))


CONSTANT = panel(8).assign(a=lambda f: 1.0 + f["unit"])


@pytest.mark.parametrize(
    "call",
    [
        lambda f: dm.fit_stages(f, "a", stages=2, draws=19, **KEYS),
        lambda f: dm.fit_stages(f, ["c", "a"], stages=2, draws=19, **KEYS),
        lambda f: dm.fit_panel_var(dm.PanelVAR(("a", "b"), 1, **KEYS), f),
        lambda f: dm.local_projections(PROJECTED.replace(outcome="b", regressors="a"), f, horizon=1),
        lambda f: dm.panel_symbiosis(f, "a", "b", draws=9, **KEYS),
        lambda f: dm.panel_symbiosis(f, "a", "b", method="within", draws=9, **KEYS),
        lambda f: dm.panel_symbiosis(f, "b", "b2", moderator="a", draws=9, **KEYS),
        lambda f: dm.ergodic_modes(f.assign(a=1.0), "a", **KEYS),
    ],
)
def test_what_is_constant_within_units_is_named(call):
    with pytest.raises(dm.DigimfgError, match=r"\ba\b|own|impulse|differ"):
        call(CONSTANT.assign(b2=CONSTANT["c"] + 9))


@pytest.mark.parametrize(
    ("players", "payoffs", "said"),
    [
        ({"a": ("x", "y")}, {("x", "x"): 1, ("x", "y"): 1, ("y", "x"): 1}, r"missing: \(y, y\)"),
        ({"a": ("x", "y")}, {("x", "x"): 1, ("x", "z"): 1, ("y", "x"): 1, ("y", "y"): 1}, r"unknown: \(x, z\)"),
        ({"a": ("x", "y"), "b": ("u", "v")}, {(p, q): 1 for p in "xy" for q in "uv"}, "4 profiles.*2 payoffs"),
        ({"a": ("x", "y", "z")}, {("x", "x"): 1}, "a: x, y, z"),
    ],
)  # fmt: skip
def test_payoffs_that_do_not_match_strategies_are_named(players, payoffs, said):
    with pytest.raises(dm.MeasureError, match=re.compile(said, re.DOTALL)):
        dm.EvolutionaryGame(players, payoffs)


SETS = pd.DataFrame(
    {"case": list("abcdef"), "A": [0, 0.2, 0.4, 0.3, 0.9, 1], "B": [0, 0.3, 0.6, 0.2, 0.9, 1], "Y": [0, 0.1, 0.2, 1, 1, 0.8]}
)  # fmt: skip


@pytest.mark.parametrize("column", ["A", "Y"])
@pytest.mark.parametrize("value", [1.2, -0.1, 40.0])
@pytest.mark.parametrize(
    "call",
    [
        lambda f: dm.truth_table(f, "Y", ["A", "B"], case="case"),
        lambda f: dm.necessary_conditions(f, "Y", ["A", "B"], case="case"),
    ],
)
def test_memberships_outside_nought_and_one_are_named_with_the_case(column, value, call):
    frame = SETS.copy()
    frame.loc[3, column] = value
    with pytest.raises(
        dm.DigimfgError, match=f"column '{column}'(.|\n)*from 0 to 1(.|\n)*d: {value:g}(.|\n)*dm.calibrate"
    ):
        call(frame)


SPECTRA = {
    "wavelet": lambda f: dm.wavelet_spectrum(f, "x", draws=1),
    "ridge": lambda f: dm.wave_ridge(f, "x", shortest=6, longest=24, draws=19),
    "band_pass": lambda f: dm.band_pass(f, "x", shortest=10, longest=20, draws=19),
    "early_warning": lambda f: dm.early_warning(f, "x", draws=99),
    "breaks": lambda f: dm.break_test(f, "x", draws=99),
}


@pytest.mark.parametrize("name", SPECTRA)
@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda f: f.drop(index=60), "1 gap, first after 1959"),
        (lambda f: f.drop(index=range(60, 66)), "gap.*1959"),
        (lambda f: f.assign(x=f["x"].mask(f["year"] == 1960)), "missing or infinite: 1"),
        (lambda f: f.assign(x=f["x"].where(f["year"] != 1960, np.inf)), "missing or infinite: 1"),
        (lambda f: pd.concat([f, f.tail(1)]), "1 row more"),
    ],
)
def test_a_gap_in_a_series_is_named_with_its_place(name, change, said):
    with pytest.raises(dm.DigimfgError, match=said):
        SPECTRA[name](change(series(150)))


def test_rows_of_symbiosis_without_a_value_are_counted():
    frame = panel(8)
    frame.loc[[3, 77], "a"] = np.nan
    found = dm.panel_symbiosis(frame, "a", "b", draws=9, **KEYS)
    assert "2 rows left out" in " ".join(note.en for note in found.notes)
