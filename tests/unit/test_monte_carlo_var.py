"""A few samples of the recovery studies of panel VARs and local projections; docs/monte_carlo.md holds the whole."""

import numpy as np

from benchmarks import monte_carlo_var as study


def test_the_panel_var_recovers_what_was_simulated():
    table = study.table_of_vars(((120, 9, 2),)).set_index("estimator")
    assert set(table.index) == set(study.MODELS)
    # 0.05 is about the standard deviation of one estimate with 120 units; two samples are averaged
    assert table["bias of a on b"].abs().max() < 0.12
    assert table["coverage of 95 %"].max() > 0


def test_projections_recover_the_first_period_and_miss_later_ones_less_when_corrected():
    table = study.table_of_projections(((300, 12, 2),)).set_index(["correction", "period"])
    assert table.loc[("split_panel", 1), "bias"] < 0.08
    assert abs(table.loc[("split_panel", 3), "bias"]) < abs(table.loc[("none", 3), "bias"])


def test_who_leads_is_found_with_many_units():
    row = study.table_of_leads(((150, 12, 2),)).iloc[0]
    assert row["VAR, b leads a"] == row["projection, b leads a"] == 1.0
    assert np.isfinite(row.to_numpy(dtype=float)).all()
