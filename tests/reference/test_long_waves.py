"""Cycles: published wavelet levels, a second engine's filters and power, truths recovered, and noise that stays noise."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from refused import refused
from scipy.signal import lfilter

import digimfg as dm
from digimfg.evolution.band_filter import expected_share, filtered
from digimfg.evolution.red_noise import RedNoise, noise_like, without_trend

NINO = Path(__file__).parents[2].parent / "shared" / "data" / "reference" / "nino3_sst.csv"
needs_nino = pytest.mark.skipif(not NINO.is_file(), reason="needs ../shared/data/reference/nino3_sst.csv")
BAND = {"shortest": 30, "longest": 75}


def series(values, first=1700):
    return pd.DataFrame({"year": first + np.arange(len(values)), "x": values})


def red(rng, n, alpha):
    return lfilter([1.0], [1.0, -alpha], rng.normal(size=n + 200))[200:]


@needs_nino
def test_sea_temperatures_have_the_published_autocorrelation_and_level():
    """Torrence & Compo (1998), NINO3 1871–1996: alpha is the mean of lag 1 and the root of lag 2; 5 % level at s0 = 2 dt."""
    frame = pd.read_csv(NINO)
    found = dm.wavelet_spectrum(frame, "sst", detrend="mean", draws=19)
    assert found.statistics["lag_1"] == pytest.approx(0.767400, abs=5e-7)
    assert found.statistics["autocorrelation"] == pytest.approx(0.720288, abs=5e-7)
    rounded = dm.wavelet_spectrum(frame, "sst", detrend="mean", autocorrelation=0.72, voices=4, draws=19)
    assert rounded.local_level.iloc[0] == pytest.approx(0.4888778, abs=5e-8)
    assert rounded.power.index[0] == pytest.approx(0.5165218, abs=5e-8)


@needs_nino
def test_power_inside_the_cone_is_that_of_a_second_engine():
    """pycwt 0.5.0b0: cwt((x - mean)/std, 0.25, 0.25, 0.5, -1, Morlet(6)), row 12 (period 4.13), columns 250 to 252."""
    found = dm.wavelet_spectrum(pd.read_csv(NINO), "sst", detrend="mean", voices=4, draws=19)
    printed = [1.6563391088, 1.754081786, 1.8736363579]
    assert found.power.iloc[12, 250:253].tolist() == pytest.approx(printed, rel=2e-8)
    level = [
        0.18982616,
        0.20871036,
        0.24952995,
    ]  # pycwt.significance(1, .25, scales, 1, .72, dof=504 - s/.25)
    with_alpha = dm.wavelet_spectrum(
        pd.read_csv(NINO), "sst", detrend="mean", voices=4, autocorrelation=0.72, draws=19
    )
    assert with_alpha.global_spectrum["level"].iloc[:3].tolist() == pytest.approx(level, abs=5e-8)


@needs_nino
@pytest.mark.parametrize(
    ("method", "places", "printed"),
    [
        (
            "christiano_fitzgerald",
            (1, 2, 100, 250, 504),
            (0.1591660127741, 0.2044582092587, 0.0998755235902, -0.5680802704332, 0.0375444242730),
        ),
        (
            "baxter_king",
            (12, 13, 100, 250, 492, 493),
            (np.nan, -0.2805376458249, 0.2885563036297, -0.6356473070012, 0.0592482581942, np.nan),
        ),
    ],
)
def test_filtered_cycles_are_those_of_a_second_engine(method, places, printed):
    """R's mFilter 0.1-5 on quarters: cffilter(x, 6, 32, root=TRUE, drift=TRUE); bkfilter(x, 6, 32, nfix=12)."""
    cycle = dm.band_pass(pd.read_csv(NINO), "sst", shortest=1.5, longest=8, method=method, draws=19).cycle[
        "cycle"
    ]
    assert [cycle.iloc[place - 1] for place in places] == pytest.approx(printed, abs=1e-12, nan_ok=True)


@pytest.mark.parametrize("period", [8.0, 20.0, 45.0])
def test_a_sine_has_its_greatest_power_at_its_period(period):
    rng = np.random.default_rng(int(period))
    years = np.arange(250)
    values = np.sin(2 * np.pi * years / period) + 0.3 * rng.normal(size=250)
    found = dm.wavelet_spectrum(series(values), "x", voices=16, draws=99)
    middle = found.power.iloc[:, 125]
    assert middle.idxmax() == pytest.approx(period, rel=0.045)
    assert found.statistics["p_value_global"] == 0.01
    ridge = dm.wave_ridge(series(values), "x", shortest=period / 2, longest=period * 1.7, draws=19)
    assert ridge.ridge["period"].median() == pytest.approx(period, rel=0.02)
    assert ridge.trend.loc["slope", "p_value"] > 0.05


def test_white_noise_has_power_one_at_every_scale():
    rng = np.random.default_rng(3)
    means = [
        dm.wavelet_spectrum(series(rng.normal(size=400)), "x", autocorrelation=0.0, longest=40, draws=1)
        .power.iloc[:, 60:-60]
        .mean(axis=1)
        for _ in range(25)
    ]
    mean = np.mean(means, axis=0)[4:]  # the first scales lie at the shortest periods that two steps can tell
    assert mean == pytest.approx(1.0, abs=0.25)
    assert mean.mean() == pytest.approx(1.0, abs=0.06)


def test_waves_that_shorten_as_the_paper_says_are_told_from_waves_that_do_not():
    """From 63 to 43 years over 300: twenty series of each; at 5 % more than 4 of 20 steady ones has probability 0.003."""
    years, rng = np.arange(300), np.random.default_rng(0)
    waves = {
        "shorter": np.sin(np.cumsum(2 * np.pi / np.linspace(63, 43, 300))),
        "steady": np.sin(2 * np.pi * years / 53),
    }
    slopes = {
        name: [
            dm.wave_ridge(series(wave + 0.5 * rng.normal(size=300)), "x", draws=99, **BAND).trend.loc["slope"]
            for _ in range(20)
        ]
        for name, wave in waves.items()
    }
    found = {name: sum(slope["p_value"] <= 0.05 for slope in each) for name, each in slopes.items()}
    assert found["shorter"] >= 15
    assert found["steady"] <= 4
    assert np.mean([slope["estimate"] for slope in slopes["shorter"]]) == pytest.approx(-20 / 300, abs=0.02)
    assert np.mean([slope["estimate"] for slope in slopes["steady"]]) == pytest.approx(0, abs=0.01)


def test_noise_is_called_a_cycle_as_seldom_as_the_level_says():
    """Sixty series of red noise: each of four tests rejects at 5 % at most 8 times (more has probability 0.003)."""
    rng, rejected = np.random.default_rng(11), np.zeros(4)
    for draw in range(60):
        frame = series(red(rng, 160, 0.7))
        spectrum = dm.wavelet_spectrum(frame, "x", draws=59, voices=4, seed=draw)
        cycle = dm.band_pass(frame, "x", shortest=20, longest=40, draws=59, seed=draw)
        rejected[:3] += (
            np.array(
                [
                    spectrum.statistics["p_value"],
                    spectrum.statistics["p_value_global"],
                    cycle.spurious.loc["variance_share", "p_value"],
                ]
            )
            <= 0.05
        )
        rejected[3] += (spectrum.patches["ratio"].max() if len(spectrum.patches) else 0) > 1
    assert rejected[:3].max() <= 8
    assert rejected[3] >= 55  # some point is nearly always beyond its local level: the reason for regions


def test_wavelet_tests_are_neither_bold_nor_cautious():
    """A hundred series of red noise: p values below a fifth 9 to 32 times (else has probability 0.002 each)."""
    rng = np.random.default_rng(21)
    spectra = [
        dm.wavelet_spectrum(series(red(rng, 120, 0.7)), "x", draws=79, voices=4, seed=draw)
        for draw in range(100)
    ]
    for name in ("p_value", "p_value_global"):
        assert 9 <= sum(each.statistics[name] <= 0.2 for each in spectra) <= 32


def test_a_long_wave_in_noise_is_seen_by_its_region_too():
    """Fifty years over three centuries: seen at 5 % about half of the time, and always by its mean power."""
    years, rng = np.arange(300), np.random.default_rng(4)
    wave = np.sin(2 * np.pi * years / 50)
    spectra = [
        dm.wavelet_spectrum(series(wave + 0.5 * rng.normal(size=300)), "x", draws=99, voices=4, seed=draw)
        for draw in range(20)
    ]
    assert sum(each.statistics["p_value"] <= 0.05 for each in spectra) >= 5
    assert all(each.statistics["p_value_global"] <= 0.05 for each in spectra)


def test_declared_memory_is_kept_in_the_noise():
    """Levels that are declared are those of every noise series, whose spread without a fit is wider."""
    frame = series(red(np.random.default_rng(9), 160, 0.7))
    fitted = dm.wavelet_spectrum(frame, "x", draws=199)
    declared = dm.wavelet_spectrum(
        frame, "x", draws=199, autocorrelation=fitted.statistics["autocorrelation"]
    )
    pd.testing.assert_series_equal(declared.local_level, fitted.local_level)
    assert declared.statistics["p_value_global"] > fitted.statistics["p_value_global"]
    said = [
        next(note.en for note in each.notes if getattr(note, "kind", "") == "noise")
        for each in (fitted, declared)
    ]
    assert said[0].endswith("fitted to each series")
    assert said[1].endswith("declared")


@pytest.mark.parametrize("method", ["christiano_fitzgerald", "baxter_king"])
def test_shares_of_cycles_are_neither_bold_nor_cautious(method):
    """A hundred series that remember much: p values below a fifth 9 to 32 times, also for short cycles.

    Set against shares of noise of the one memory fitted to the series, they came below 2 and 7 times.
    """
    rng = np.random.default_rng(22)
    options = {"shortest": 8, "longest": 20, "method": method, "draws": 79}
    found = [
        dm.band_pass(series(red(rng, 120, 0.9)), "x", seed=draw, **options).spurious["p_value"].iloc[0]
        for draw in range(100)
    ]
    assert 9 <= sum(each <= 0.2 for each in found) <= 32


@pytest.mark.parametrize("method", ["christiano_fitzgerald", "baxter_king"])
def test_the_share_expected_of_noise_is_its_mean_share(method):
    noise = RedNoise(autocorrelation=0.8, lag_1=0.8, lag_2=0.64, notes=())
    drawn = noise_like(noise, 100, 4000, 1)
    inside = slice(9, -9) if method == "baxter_king" else slice(None)
    band = (8.0, 24.0)
    cycles = filtered(drawn.T, band, method, True, 9).T
    by_hand = cycles.var(axis=1).mean() / without_trend(drawn, "linear")[:, inside].var(axis=1).mean()
    expected = expected_share(100, band, method, True, 9)
    assert expected(np.array(0.8)) == pytest.approx(by_hand, rel=0.02)


def test_a_filter_makes_cycles_of_random_walks_and_says_so():
    """Slutsky and Yule: the mean length of spurious cycles is that of the band."""
    values = np.cumsum(np.random.default_rng(5).normal(size=250))
    found = dm.band_pass(series(values), "x", shortest=40, longest=60, null="random_walk", draws=199)
    length = found.spurious.loc["mean_period"]
    assert 40 < length["series"] < 60
    assert 45 < length["noise_mean"] < 55
    assert found.spurious.loc["variance_share", "p_value"] > 0.05
    assert {note.kind for note in found.notes} >= {"slutsky_yule", "literature"}


def test_both_sides_of_the_literature_are_printed_where_long_waves_are_looked_for():
    frame = series(red(np.random.default_rng(1), 250, 0.5))
    notes = [
        *dm.wavelet_spectrum(frame, "x", draws=9).notes,
        *dm.wave_ridge(frame, "x", draws=19, shortest=20, longest=60).notes,
        *dm.band_pass(frame, "x", draws=19, shortest=40, longest=60).notes,
    ]
    told = [note for note in notes if getattr(note, "kind", "") == "literature"]
    assert len(told) == 3
    assert "52–53" in told[0].en
    assert "10.3390/economies11090231" in told[0].zh
    short = dm.band_pass(frame, "x", draws=19, shortest=2, longest=8)
    assert "literature" not in {note.kind for note in short.notes}


CALLS = {
    "spectrum": lambda f: dm.wavelet_spectrum(f, "x", draws=19, voices=4),
    "ridge": lambda f: dm.wave_ridge(f, "x", shortest=4, longest=20, draws=19),
    "band pass": lambda f: dm.band_pass(f, "x", shortest=4, longest=20, draws=19),
    "baxter king": lambda f: dm.band_pass(f, "x", shortest=4, longest=20, method="baxter_king", draws=19),
}
SHOWN = {"spectrum": "global_spectrum", "ridge": "trend", "band pass": "spurious", "baxter king": "spurious"}


@pytest.mark.parametrize("name", CALLS)
def test_rows_units_and_seeds(name):
    frame = series(red(np.random.default_rng(2), 120, 0.6))
    one, again = CALLS[name](frame), CALLS[name](frame.sample(frac=1, random_state=1))
    pd.testing.assert_frame_equal(getattr(one, SHOWN[name]), getattr(again, SHOWN[name]), check_exact=True)
    other = CALLS[name](frame.assign(x=1e5 + 300 * frame["x"], year=frame["year"] - 1000))
    np.testing.assert_allclose(
        getattr(other, SHOWN[name]).to_numpy(float), getattr(one, SHOWN[name]).to_numpy(float), rtol=1e-6
    )


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (lambda f: f.drop(index=50), "evolution.steps_not_equal"),
        (lambda f: pd.concat([f, f.tail(1)]), "evolution.period_twice"),
        (lambda f: f.head(12), "evolution.series_too_short"),
        (lambda f: f.head(28), "evolution.series_too_short"),
        (lambda f: f.assign(x=4.0), "evolution.no_movement_about_trend"),
        (lambda f: f.assign(x=0.1 * f["year"] + 3), "evolution.no_movement_about_trend"),
        (lambda f: f.assign(x=f["x"].mask(f["year"] == 1707)), "measures.values_not_finite"),
        (lambda f: f.assign(x="a"), "frames.no_numbers"),
    ],
)
def test_what_has_no_spectrum_is_named_with_what_would_be_enough(name, change, kind):
    frame = change(series(red(np.random.default_rng(2), 120, 0.6)))
    if name == "spectrum" and len(frame) == 28:
        frame = frame.head(15)
    with pytest.raises(dm.DigimfgError) as caught:
        CALLS[name](frame)
    assert str(caught.value.kind).startswith(kind)


@pytest.mark.parametrize(("shortest", "longest"), [(1, 10), (10, 10), (12, 10), (4, 400)])
def test_periods_that_cannot_be_seen_are_refused(shortest, longest):
    frame = series(red(np.random.default_rng(2), 120, 0.6))
    for function in (dm.wavelet_spectrum, dm.wave_ridge, dm.band_pass):
        with pytest.raises(dm.MeasureError) as caught:
            function(frame, "x", shortest=shortest, longest=longest, draws=19)
        assert (caught.value.kind == "evolution.band_not_in_order") == (longest < 400)


def test_the_length_that_is_asked_for_is_enough():
    whole = red(np.random.default_rng(2), 400, 0.6)
    with refused(dm.MeasureError, "evolution.series_too_short_for_wavelet", n=167):
        dm.wavelet_spectrum(series(whole[:150]), "x", longest=60)
    assert dm.wavelet_spectrum(series(whole[:167]), "x", longest=60, draws=9).power.index[-1] <= 60
    with refused(dm.MeasureError, "evolution.series_too_short_for_cycle", n=174):
        dm.wave_ridge(series(whole[:168]), "x", shortest=20, longest=60)
    dm.wave_ridge(series(np.sin(np.arange(174) / 6)), "x", shortest=20, longest=60, draws=19)
    with refused(dm.MeasureError, "evolution.series_too_short_for_band", n=120):
        dm.band_pass(series(whole[:119]), "x", shortest=40, longest=60)
    dm.band_pass(series(whole[:120]), "x", shortest=40, longest=60, draws=19)
