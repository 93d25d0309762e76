"""A few samples of the study of average effects on limited outcomes; docs/monte_carlo.md holds the whole."""

from benchmarks import monte_carlo_limited as study


def test_means_of_terms_take_the_bias_of_effects_of_units_away():
    table = study.table(((285, 6, 2),)).set_index("estimator")
    assert set(table.index) == set(study.MODELS)
    for pooled, with_means in (
        ("Tobit", "Tobit, pooled with means"),
        ("Tobit", "Tobit, correlated random effects"),
        ("probit", "probit, pooled with means"),
        ("fractional probit", "fractional probit, pooled with means"),
    ):
        assert table.loc[pooled, "relative bias"] > 0.3
        assert abs(table.loc[with_means, "relative bias"]) < 0.15
