"""Log t regressions and clubs against the same steps written in R on lm() and sandwich's kernels.

``data/club_panel.csv`` is made by ``simulate_clubs.py``; the numbers below are printed by
``Rscript tests/reference/convergence_clubs.R`` (R 4.2.2, sandwich 3.0-2).
"""

from pathlib import Path

import pandas as pd
import pytest

from digimfg.measures.clubs import convergence_clubs
from digimfg.measures.log_t import log_t_test

PANEL = Path(__file__).parent / "data" / "club_panel.csv"

# b, standard error, t
R_LOG_T = {
    "phillips_sul": (-0.802693114546, 0.00220603332112, -363.862642900),
    "andrews": (-0.802693114546, 0.00216152575290, -371.354869805),
}


@pytest.fixture(scope="module")
def panel() -> pd.DataFrame:
    return pd.read_csv(PANEL)


@pytest.mark.parametrize("rule", R_LOG_T)
def test_log_t_regression(panel, rule):
    found = log_t_test(panel, "x", "unit", "year", long_run_variance=rule).regression
    assert found.n_periods == 27
    # R prints twelve digits
    assert (found.slope, found.std_error, found.t) == pytest.approx(R_LOG_T[rule], rel=1e-11)


def test_clubs(panel):
    found = convergence_clubs(panel, "x", "unit", "year").members.set_index("unit")["club"]
    assert found[:8].tolist() == [1] * 8
    assert found[8:14].tolist() == [2] * 6
    assert found[14:].isna().all()
