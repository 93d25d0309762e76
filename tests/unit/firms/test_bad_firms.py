"""What data of firms cannot carry is named with its remedy, by every method: never a raw error, never a row lost uncounted."""

import numpy as np
import pandas as pd
import pytest
from refused import refused

import digimfg as dm
from digimfg.errors import Fault

N, T = 30, 4


def plants():
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"firm": np.repeat(np.arange(N), T), "year": np.tile(np.arange(T), N)})
    for name in ("k", "l", "m", "inv"):
        frame[name] = np.exp(rng.normal(size=len(frame)))
    noise = 0.1 * rng.normal(size=len(frame)) - 0.3 * np.abs(rng.normal(size=len(frame)))
    frame["va"] = np.exp(0.5 * np.log(frame["k"]) + 0.4 * np.log(frame["l"]) + noise)
    frame["industry"], frame["smoke"] = frame["firm"] % 3, frame["m"]
    return frame


BASE = plants()
THIRD = BASE.index % 3 == 0
WORLDS = {
    "negative value added": BASE.assign(va=-BASE["va"]),
    "a third of value added negative": BASE.assign(va=BASE["va"].where(~THIRD, -1.0)),
    "a proxy of zero in a third": BASE.assign(
        m=BASE["m"].where(~THIRD, 0.0), inv=BASE["inv"].where(~THIRD, 0.0)
    ),
    "a proxy of zero": BASE.assign(m=0.0, inv=0.0),
    "one period": BASE[BASE["year"] == 1],
    "two firms": BASE[BASE["firm"] < 2],
    "one firm": BASE[BASE["firm"] == 0],
    "inputs of zero": BASE.assign(k=0.0, l=0.0),
    "labour that never varies": BASE.assign(l=2.0),
    "no period after another": BASE[BASE["year"] % 2 == 0],
    "no rows": BASE.head(0),
    "smoke missing in a third": BASE.assign(smoke=BASE["smoke"].where(~THIRD)),
    "smoke of zero": BASE.assign(smoke=0.0),
    "negative smoke": BASE.assign(smoke=-1.0),
}


def function(method, **options):
    proxy = {"op": "log(inv)", "lp": "log(m)", "acf": "log(m)", "wooldridge": "log(m)"}.get(method, ())
    estimator = dm.ProductionFunction(
        method=method,
        state=() if method == "system_gmm" else "log(k)",
        proxy=proxy,
        degree=1,
        replications=2,
        n_jobs=1,
        **options,
    )
    return estimated(estimator)


def estimated(estimator):
    spec = dm.Specification("log(va)", ("log(l)", "log(k)"), entity="firm", time="year", estimator=estimator)
    return lambda frame: dm.estimate(spec, frame)


KEYS = {"unit": "firm", "time": "year"}
METHODS = {
    **{
        method: function(method)
        for method in ("op", "lp", "acf", "wooldridge", "least_squares", "fixed_effects")
    },
    "op with attrition": function("op", attrition=True),
    "system gmm": function("system_gmm", instrument_lags=(2, None), collapse=True),
    **{
        f"frontier {model}": estimated(dm.StochasticFrontier(model=model))
        for model in ("pooled", "time_invariant", "true_fixed_effects")
    },
    "radial": lambda f: dm.efficiency(f, ["k", "l"], ["va"], **KEYS),
    **{
        model: lambda f, model=model: dm.efficiency(
            f, ["k", "l"], ["va"], undesirable=["smoke"], model=model, **KEYS
        )
        for model in ("slack_based", "directional", "non_radial_directional")
    },
    "productivity change": lambda f: dm.productivity_change(f, ["k", "l"], ["va"], **KEYS),
    "windows": lambda f: dm.window_analysis(f, ["k", "l"], ["va"], **KEYS),
    "metafrontier": lambda f: dm.metafrontier(f, ["k", "l"], ["va"], group="industry", **KEYS),
    "bias corrected": lambda f: dm.bias_corrected_efficiency(f, ["k", "l"], ["va"], draws=5, **KEYS),
    "determinants": lambda f: dm.efficiency_determinants(
        f, ["k", "l"], ["va"], ["m"], algorithm=1, draws=5, **KEYS
    ),
    "misallocation": lambda f: dm.misallocation(
        f, value_added="va", capital="k", labor="l", industry="industry", time="year", capital_share=0.4
    ),
}


PROXIES = ("op", "lp", "acf", "wooldridge", "op with attrition")
SMOKE = ("slack_based", "directional", "non_radial_directional")
TOUCHED = {"proxy": PROXIES, "smoke": SMOKE}
"""Which methods a world of a kind is about; the others by all."""


def refusal(method, world):
    """Return the words of a refusal, or what the answer says of rows."""
    try:
        return METHODS[method](WORLDS[world])
    except dm.DigimfgError as error:
        return error


@pytest.mark.parametrize(
    ("method", "world"),
    [
        (method, world)
        for world in WORLDS
        for method in next((names for kind, names in TOUCHED.items() if kind in world), METHODS)
    ],
)
def test_an_answer_or_a_refusal_with_a_remedy(method, world):
    found = refusal(method, world)
    if isinstance(found, dm.DigimfgError):
        assert found.kind
        assert "HiGHS" not in str(found)
    elif isinstance(found, dm.Result):
        lost = len(WORLDS[world]) - int(found.statistics["n_obs"])
        assert not lost or any(f"Dropped {lost:,} row" in note.en for note in found.notes)


@pytest.mark.parametrize(
    ("method", "world", "kind"),
    [
        ("fixed_effects", "one period", "production.one_period_of_each_firm"),
        ("least_squares", "one firm", "production.too_few_firms"),
        ("lp", "two firms", "production.too_few_firms"),
        ("acf", "no period after another", "production.too_few_rows_with_row_before"),
        ("lp", "a proxy of zero", "design.no_complete_row"),
        ("lp", "labour that never varies", Fault.of("production.inputs_collinear", names=("log(l)",))),
        ("frontier true_fixed_effects", "one period", "frontier.one_period_each"),
        (
            "non_radial_directional",
            "smoke of zero",
            Fault.of("efficiency.zeros_under_slacks", column="smoke"),
        ),
        ("slack_based", "smoke missing in a third", "efficiency.values_lacking"),
        ("directional", "negative smoke", Fault.of("efficiency.quantities_refused", name="smoke")),
        ("misallocation", "negative value added", "measures.misallocation_values_not_positive"),
    ],
)
def test_the_refusal_names_what_is_wrong(method, world, kind):
    with refused(dm.DigimfgError, kind):
        METHODS[method](WORLDS[world])


def twin_of_statements():
    twin = dm.simulate_panel("firm", seed=5, units=30)
    items = ["firm", "year", "industry", "province", *dm.list_statement_items().index]
    return twin[twin.columns.intersection(items)]


def test_quantities_without_a_logarithm_are_counted_with_their_firms():
    frame = twin_of_statements()
    frame.loc[frame["firm"].isin(frame["firm"].unique()[:3]), "material_purchases_yuan"] = 0.0
    frame.loc[frame["year"] == 2015, "material_purchases_yuan"] = 0.0
    made = dm.firm_panel(frame)
    (note,) = [each for each in made.notes if getattr(each, "kind", "") == "no_logarithm"]
    facts = dict(note.facts)
    assert facts["n"] == int(made.frame["log_materials"].isna().sum()) > 3
    assert facts["never"] == 3
    assert "Materials" in note.en
    assert not [
        each
        for each in dm.firm_panel(twin_of_statements()).notes
        if getattr(each, "kind", "") == "no_logarithm"
    ]


def test_infinite_values_are_refused_by_their_column():
    frame = twin_of_statements()
    frame.loc[frame.index[3], "revenue_yuan"] = np.inf
    with refused(dm.MeasureError, "firms.values_infinite", name="revenue_yuan", n=1):
        dm.firm_panel(frame)
