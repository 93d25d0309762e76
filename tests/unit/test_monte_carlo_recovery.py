"""A few samples of the studies of generations, pairs, configurations, logits and power; docs/monte_carlo.md has all."""

from benchmarks import monte_carlo_recovery as study


def test_generations_are_near_the_truth():
    found = study.table_of_generations(samples=1, lengths=(30,)).set_index(["errors", "parameter"])
    assert (found["bias"].abs() < 0.15 * found["truth"]).all()


def test_pairs_are_near_the_truth_and_of_the_right_mode():
    found = study.table_of_pairs(samples=2, lengths=(20,))
    assert (found["bias"].abs() < 0.2 * found["truth"].abs()).all()
    assert (found["mode found"] == 1).all()


def test_many_cases_without_noise_give_back_the_formula():
    found = study.table_of_configurations(samples=2, sizes=(285,)).set_index("noise")
    assert found.loc[0.0, ["conservative found", "parsimonious found"]].eq(1).all()


def test_the_conditional_logit_is_nearer_the_truth_than_the_pooled_one():
    found = study.table_of_logits(((120, 10, 3),)).set_index("estimator")["bias"].abs()
    assert found["conditional logit"] < found["pooled logit"]


def test_power_grows_with_the_trend():
    found = study.table_of_powers(samples=3, sizes=(60,))["power said"]
    assert found.is_monotonic_increasing
