"""A few samples of the recovery studies of the tools of evolution; docs/monte_carlo.md holds the whole."""

import numpy as np
import pytest

from benchmarks import monte_carlo_series as series
from benchmarks import monte_carlo_tools as tools


@pytest.fixture(scope="module")
def panel_tools():
    return tools.table_of_tools(((40, 8),), samples=2).set_index("tool")


def test_panel_tools_are_near_the_truth(panel_tools):
    known = panel_tools.dropna(subset="truth")
    assert set(panel_tools.index) == set(tools.TOOLS)
    # two samples of forty units: more than this far off is another quantity, not noise
    assert (known["bias"].abs() < 0.5 * known["truth"] + 0.3).all()
    assert known["coverage of 95 %"].mean() >= 0.5


def test_breaks_of_one_deviation_are_found_and_dated():
    rows = [series.breaks(np.random.default_rng((1, s)), 100, 2.0, 0.0, "independent") for s in range(5)]
    assert all(row["sup_f"] == 1 for row in rows)
    assert sum(row["date"] for row in rows) >= 4


def test_memory_is_called_a_break_as_seldom_as_the_level_says():
    """Residuals of a chosen break remember less than the errors: taken as they are one series in six has a break."""
    found = [
        series.breaks(np.random.default_rng((2, s)), 40, 0.0, 0.5, "autoregressive")["exp_f"]
        for s in range(60)
    ]
    assert sum(found) <= 8  # 3 expected; 11 with the memory of the residuals


@pytest.mark.parametrize("kind", ["line", "logistic", "cusp"])
def test_a_leap_is_preferred_where_there_is_one(kind):
    """Between a line and a curve that is nearly one a sample may choose either."""
    assert series.models(np.random.default_rng(3), 150, kind)["cusp"] == (kind == "cusp")


def test_a_diffusion_seen_to_its_end_has_the_saturation_it_was_drawn_with():
    found = [series.diffusions(np.random.default_rng((4, s)), 25, "logistic", 0.95) for s in range(3)]
    assert np.abs([each["median error of saturation"] for each in found]).max() < 10
    assert sum(each["saturation, coverage"] for each in found) >= 2
    assert not any(each["open interval"] for each in found)


def test_memory_that_rises_is_warned_of_more_often_than_memory_that_does_not():
    rises, stays = (
        sum(
            series.warnings(np.random.default_rng((5, s)), 120, rising, 0.3)["autocorrelation"]
            for s in range(8)
        )
        for rising in (True, False)
    )
    assert rises > stays + 2
