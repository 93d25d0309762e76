"""Markov chains: counting, long-run distributions, rules for empty rows, bad input."""

import numpy as np
import pandas as pd
import pytest
from noted import noted
from refused import refused

from digimfg.errors import Fault, MeasureError
from digimfg.measures.homogeneity import transition_homogeneity
from digimfg.measures.markov import markov_chain
from digimfg.measures.spatial_markov import spatial_markov
from digimfg.measures.spatial_weights import contiguity_weights
from digimfg.measures.transitions import (
    ergodic_distribution,
    mean_first_passage,
    shorrocks_mobility,
    transition_probabilities,
)


def panel(paths):
    rows = [(unit, 2000 + t, value) for unit, path in paths.items() for t, value in enumerate(path)]
    return pd.DataFrame(rows, columns=["unit", "year", "value"])


RING = contiguity_weights({i: [(i - 1) % 12, (i + 1) % 12] for i in range(12)})


def random_panel(seed=0, n=12, periods=15):
    rng = np.random.default_rng(seed)
    return panel({i: rng.normal(size=periods).cumsum() for i in range(n)})


def test_transitions_are_counted_over_steps():
    frame = panel({"a": [1, 5, 1, 5], "b": [1, 1, 5, 5]})
    one = markov_chain(frame, "value", "unit", "year", classes=(3,))
    assert one.counts.to_numpy().tolist() == [[1, 3], [1, 1]]
    two = markov_chain(frame, "value", "unit", "year", classes=(3,), step=2)
    assert two.counts.to_numpy().tolist() == [[1, 2], [0, 1]]
    assert one.counts.to_numpy().sum() == 6


def test_a_value_on_a_bound_belongs_to_the_lower_class():
    chain = markov_chain(panel({"a": [3, 5], "b": [5, 3]}), "value", "unit", "year", classes=(3,))
    assert chain.classes.loc["a"].tolist() == [1, 2]


def test_quantiles_are_pooled_over_periods_and_may_be_of_relative_values():
    frame = random_panel().assign(value=lambda d: np.exp(d["value"]))
    chain = markov_chain(frame, "value", "unit", "year", classes=4)
    assert chain.cuts == pytest.approx(np.quantile(frame["value"], [0.25, 0.5, 0.75]))
    relative = markov_chain(frame, "value", "unit", "year", classes=4, relative=True)
    scaled = frame["value"] / frame.groupby("year")["value"].transform("mean")
    assert relative.cuts == pytest.approx(np.quantile(scaled, [0.25, 0.5, 0.75]))


def test_rows_in_any_order_give_the_same_chain():
    frame = random_panel()
    shuffled = frame.sample(frac=1, random_state=1)
    one, two = (markov_chain(f, "value", "unit", "year") for f in (frame, shuffled))
    assert one.probabilities.equals(two.probabilities)
    assert one.time_homogeneity == two.time_homogeneity


def test_a_chain_that_splits_has_no_unique_long_run():
    frame = panel({"a": [1, 1, 1], "b": [5, 5, 5]})
    chain = markov_chain(frame, "value", "unit", "year", classes=(3,))
    assert chain.ergodic.isna().all()
    assert noted(chain.notes, "no_long_run")
    assert chain.time_homogeneity is None
    assert chain.mobility == 0.0


def test_a_class_nobody_leaves_from_is_noted_and_its_row_missing():
    frame = panel({"a": [1, 2, 9], "b": [1, 1, 2]})
    chain = markov_chain(frame, "value", "unit", "year", classes=(1.5, 5))
    assert chain.probabilities.loc[3].isna().all()
    assert "class 3" in chain.notes[0].en
    assert np.isnan(chain.mobility)


def test_classes_left_for_good_have_no_long_run_share():
    assert ergodic_distribution([[0.5, 0.5, 0], [0, 0.25, 0.75], [0, 0.5, 0.5]]).tolist() == pytest.approx(
        [0, 0.4, 0.6]
    )
    assert np.isnan(mean_first_passage([[0.5, 0.5], [0.0, 1.0]])).all()


def test_a_periodic_chain_has_its_stationary_distribution():
    assert ergodic_distribution([[0, 1], [1, 0]]).tolist() == pytest.approx([0.5, 0.5])
    assert mean_first_passage([[0, 1.0], [1.0, 0]]).tolist() == [[2.0, 1.0], [1.0, 2.0]]
    assert shorrocks_mobility([[0, 1.0], [1.0, 0]]) == 2.0


def test_passage_times_solve_their_equations():
    P = transition_probabilities(np.random.default_rng(4).integers(1, 9, (4, 4)))
    M = mean_first_passage(P)
    assert pytest.approx(1 + P @ (M - np.diag(np.diag(M)))) == M


def test_conditional_counts_add_up_to_the_pooled_ones():
    found = spatial_markov(random_panel(2), "value", "unit", "year", RING, classes=3, draws=49)
    by_class = found.counts.groupby(level="class").sum()
    assert by_class.to_numpy().tolist() == found.pooled.counts.to_numpy().tolist()
    assert 0 < found.homogeneity.bootstrap_pearson_p <= 1
    assert found.ergodic.shape == (3, 3)


def test_the_condition_is_the_lag_at_the_start_of_a_transition():
    frame = panel({0: [1, 1, 9], 1: [9, 1, 1], 2: [1, 9, 1], 3: [5, 5, 5]})
    weights = contiguity_weights({0: [1], 1: [0, 2], 2: [1, 3], 3: [2]})
    found = spatial_markov(frame, "value", "unit", "year", weights, classes=(3,), lag_classes=(4.5,), draws=0)
    # unit 0 has neighbour 1: lag 9 (class 2) then 1 (class 1)
    counts = found.counts
    assert counts.loc[(1, 1)].tolist() == [0, 1]  # unit 0, second step
    assert counts.to_numpy().sum() == 8


def test_homogeneity_counts_degrees_of_freedom_without_zero_cells():
    counts = np.array([[[5, 5, 0], [2, 6, 2], [0, 3, 7]], [[7, 3, 0], [1, 8, 1], [0, 5, 5]]])
    assert transition_homogeneity(counts).degrees_of_freedom == 1 + 2 + 1
    counts[1, 2] = 0
    assert transition_homogeneity(counts).degrees_of_freedom == 1 + 2


def test_equal_matrices_give_statistics_of_zero():
    found = transition_homogeneity([[[4, 2], [1, 3]]] * 3, draws=19)
    assert found.likelihood_ratio == pytest.approx(0, abs=1e-12)
    assert found.bootstrap_likelihood_ratio_p == 1.0


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"classes": 1}, Fault.of("arguments.value_outside", argument="classes")),
        ({"classes": (3, 2)}, "measures.bounds_of_classes"),
        ({"classes": (100,)}, "measures.bounds_of_classes"),
        ({"step": 9}, Fault.of("measures.step_outside", most=2, nearest=1, farthest=1)),
    ],
)
def test_impossible_options_are_refused(change, kind):
    with refused(MeasureError, kind):
        markov_chain(panel({"a": [1, 2, 3], "b": [3, 2, 1]}), "value", "unit", "year", **change)


def test_gaps_and_repeated_keys_are_refused_and_dropping_is_noted():
    frame = panel({"a": [1, 5, 1], "b": [5, 1, 5], "c": [1, np.nan, 5]})
    with refused(MeasureError, "measures.values_not_finite"):
        markov_chain(frame, "value", "unit", "year", classes=(3,))
    with refused(MeasureError, "measures.panel_with_gaps", named=("c 2001",)):
        markov_chain(frame.dropna(), "value", "unit", "year", classes=(3,))
    kept = markov_chain(frame, "value", "unit", "year", classes=(3,), missing="drop")
    assert noted(kept.notes, "dropped", n_left_out=1, n_table=3)
    with refused(MeasureError, "measures.panel_keys_repeated"):
        markov_chain(pd.concat([frame, frame.head(1)]), "value", "unit", "year")
    with refused(MeasureError, "frames.column_not_there", name="wealth"):
        markov_chain(frame, "wealth", "unit", "year")


def test_a_transition_joins_years_and_not_rows():
    frame = panel({"a": [1, 5, 1], "b": [5, 1, 5]})
    gap = frame.assign(year=frame["year"].replace(2002, 2009))
    chain = markov_chain(gap, "value", "unit", "year", classes=(3,))
    assert chain.counts.to_numpy().tolist() == [[0, 1], [1, 0]]  # 2000 → 2001 alone
    assert "7 periods without data within 2000–2009" in chain.notes[0].en
    eight = markov_chain(gap, "value", "unit", "year", classes=(3,), step=8)
    assert eight.counts.to_numpy().tolist() == [[0, 1], [1, 0]]  # 2001 → 2009
    with refused(MeasureError, "measures.step_outside", nearest=1, farthest=8):
        markov_chain(gap, "value", "unit", "year", classes=(3,), step=2)


def test_a_zero_mean_is_refused():
    with refused(MeasureError, "measures.mean_of_zero", first="2000"):
        markov_chain(panel({"a": [-1, 2], "b": [1, 3]}), "value", "unit", "year", relative=True)


def test_bad_matrices_are_refused():
    for bad in ([[0.5, 0.4], [0.5, 0.5]], [[1.0, 0.0]], [[1.5, -0.5], [0.5, 0.5]]):
        with refused(MeasureError, "measures.rows_do_not_sum_to_one"):
            ergodic_distribution(bad)
    with refused(MeasureError, "measures.counts_of_other_shape"):
        transition_homogeneity([[0.5, 0.5], [0.5, 0.5]])
    with refused(MeasureError, "measures.no_row_to_compare"):
        transition_homogeneity([[[1, 0], [0, 1]], [[1, 0], [0, 1]]])
    with refused(MeasureError, "measures.counts_not_square"):
        transition_probabilities([[1, -1], [0, 1]])
