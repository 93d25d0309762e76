"""A few samples of the studies of long panels; docs/monte_carlo.md holds the whole."""

from benchmarks import monte_carlo_panels as panels


def test_long_runs_are_nearer_the_truth_than_least_squares():
    found = panels.table_of_long_runs(samples=4, sizes=(31,)).set_index("estimator")["bias"].abs()
    assert found["DOLS, pooled"] < found["least squares, clustered"]
    assert found["FMOLS, pooled"] < found["least squares, clustered"]


def test_a_transition_is_found_where_there_is_one():
    found = panels.table_of_transitions(samples=4, sizes=(31,)).set_index("change")
    assert found.loc[0.8, "LM F rejects"] == 1
    assert found.loc[0.0, "LM F rejects"] < 1


def test_slopes_beside_groups_are_near_the_truth():
    found = panels.table_of_groups(samples=3, sizes=(31,))
    assert (found["bias"].abs() < 0.25).all()
