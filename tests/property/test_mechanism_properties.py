"""What must hold for every mediation, moderation and comparison of groups."""

from itertools import combinations, pairwise, permutations

import joblib
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq

import digimfg as dm
from digimfg.estimators.mechanisms.model import mediation_model
from digimfg.inference.cluster_moments import cluster_moments


def panel(seed=0, n_units=12, n_years=5, missing=6):
    rng = np.random.default_rng(seed)
    n = n_units * n_years
    unit, year = np.repeat(np.arange(n_units), n_years), np.tile(np.arange(2001, 2001 + n_years), n_units)
    frame = pd.DataFrame({"unit": unit, "year": year, "city": unit // 2, "mass": rng.uniform(0.5, 2, n)})
    effect = rng.standard_normal((n_units, 5))[unit]
    frame["x"] = rng.standard_normal(n) + effect[:, 0] + 0.1 * (year - 2003)
    frame["z"] = rng.standard_normal(n)
    frame["m1"] = 0.5 * frame["x"] + rng.standard_normal(n) + effect[:, 1]
    frame["m2"] = 0.4 * frame["m1"] + 0.2 * frame["z"] + rng.standard_normal(n) + effect[:, 2]
    frame["m3"] = 0.4 * frame["m2"] + rng.standard_normal(n)
    frame["w"] = rng.standard_normal(n)
    frame["y"] = 0.3 * frame["x"] + 0.4 * frame["m2"] + 0.2 * frame["m3"] + frame["z"] + effect[:, 3]
    frame["y"] += 0.3 * frame["x"] * frame["w"] + rng.standard_normal(n)
    frame["east"] = (unit % 3 == 0).astype(int)
    return frame.drop(index=rng.choice(n, missing, replace=False)).reset_index(drop=True)


def mediation(effects=("unit", "year"), mediators=("m1", "m2"), weights=None, covariance=None, **options):
    return dm.Specification(
        "y", "x", controls="z", entity="unit", time="year", fixed_effects=effects, weights=weights,
        covariance=covariance,
        estimator=dm.Mediation(mediators=mediators, **{"replications": 0} | options),
    )  # fmt: skip


@given(
    seed=st.integers(0, 10_000),
    structure=st.sampled_from(["parallel", "serial"]),
    count=st.integers(1, 3),
    effects=st.sampled_from([(), ("unit",), ("year",), ("unit", "year")]),
    weights=st.sampled_from([None, "mass"]),
)
@settings(max_examples=25, deadline=None)
def test_direct_and_indirect_effects_add_up_to_the_total_effect(seed, structure, count, effects, weights):
    frame = panel(seed)
    spec = mediation(effects, ("m1", "m2", "m3")[:count], weights, structure=structure)
    result = dm.estimate(spec, frame)
    total = dm.estimate(spec.replace(estimator=dm.LeastSquares()), frame).coefficients.loc["x"]
    parts = result.tables["effects"]["estimate"]
    specific = parts.iloc[:-3]
    assert len(specific) == (count if structure == "parallel" else 2**count - 1)
    assert specific.sum() + parts["direct effect"] == pytest.approx(total["estimate"], abs=1e-10)
    assert parts["indirect effect"] == pytest.approx(specific.sum(), abs=1e-12)
    # the total effect keeps the error it has as a regression of its own
    assert result.coefficients.loc["total effect", "std_error"] == pytest.approx(total["std_error"])


def products(model, paths, count):
    """Return the product along every way through a chain, and the mediators on it."""
    place = {name: paths[number] for number, name in enumerate(model.path_names[:-2])}
    for size in range(1, count + 1):
        for chosen in combinations(range(count), size):
            stops = ["x", *(f"m{j}" for j in chosen), "y"]
            yield chosen, np.prod([place[f"{a} -> {b}"] for a, b in pairwise(stops)])


@pytest.mark.parametrize("count", [1, 2, 5, 12])
def test_sums_over_all_ways_are_those_of_the_products_listed_one_by_one(count):
    rng = np.random.default_rng(count)
    model = mediation_model("x", [f"m{j}" for j in range(count)], "y", 2, "serial")
    paths = rng.normal(size=len(model.paths))
    ways = list(products(model, paths, count))
    assert len(ways) == model.n_ways == 2**count - 1
    assert model.ways.indirect(paths[None])[0] == pytest.approx(sum(value for _, value in ways))
    through = [sum(value for chosen, value in ways if j in chosen) for j in range(count)]
    by_number = [sum(value for chosen, value in ways if len(chosen) == n + 1) for n in range(count)]
    assert model.ways.sums(paths[None])[0] == pytest.approx(np.array([*through, *by_number]), rel=1e-9)


@pytest.mark.parametrize("count", [1, 3, 12])
def test_slopes_of_sums_are_their_derivatives(count):
    # sums are linear in each path, so that a difference over one path is exact but for rounding
    rng = np.random.default_rng(count)
    model = mediation_model("x", [f"m{j}" for j in range(count)], "y", 0, "serial")
    paths = rng.normal(size=len(model.paths)) / 2
    moved = paths + np.vstack([np.zeros(len(paths)), np.eye(len(paths))])
    for values, slopes in (
        (model.ways.indirect(moved)[:, None], model.ways.indirect_slopes(paths)[None]),
        (model.ways.sums(moved), model.ways.sums_slopes(paths)),
    ):
        assert pytest.approx(slopes, rel=1e-9, abs=1e-9) == (values[1:] - values[0]).T


def test_the_order_of_a_chain_moves_its_ways_but_not_their_sum():
    names = ("m1", "m2", "m3")
    found = [
        dm.estimate(mediation(mediators=order, structure="serial"), panel(6)).tables
        for order in permutations(names)
    ]
    # six orders: one indirect effect, one effect through all mediators each
    totals = [tables["effects"].loc["indirect effect", "estimate"] for tables in found]
    assert totals == pytest.approx([totals[0]] * 6)
    chains = found[0]["order_permutations"]["estimate"]
    for order, tables in zip(permutations(names), found, strict=True):
        own = tables["effects"].loc[" -> ".join(["x", *order, "y"]), "estimate"]
        assert chains.loc[" -> ".join(order)] == pytest.approx(own, rel=1e-9)
    assert chains.nunique() == 6


@pytest.mark.parametrize("structure", ["parallel", "serial"])
def test_every_path_is_the_slope_of_its_own_equation_with_its_own_error(structure):
    frame, before = panel(1), []
    spec = mediation(structure=structure)
    paths = dm.estimate(spec, frame).tables["paths"]
    for mediator in ("m1", "m2"):
        own = spec.replace(outcome=mediator, regressors=("x", *before), estimator=dm.LeastSquares())
        found = dm.estimate(own, frame).coefficients
        for source in ("x", *before):
            row = paths.loc[f"{source} -> {mediator}"]
            assert row.to_numpy() == pytest.approx(
                found.loc[source, row.index].to_numpy(dtype=float), rel=1e-8
            )
        before += [mediator] if structure == "serial" else []
    outcome = spec.replace(regressors=("x", "m1", "m2"), estimator=dm.LeastSquares())
    found = dm.estimate(outcome, frame).coefficients
    for source in ("x", "m1", "m2"):
        row = paths.loc[f"{source} -> y"]
        assert row["estimate"] == pytest.approx(found.loc[source, "estimate"])
        assert row["std_error"] == pytest.approx(found.loc[source, "std_error"])


def replicated(frame, cluster, counts):
    """Return the rows of every cluster as often as it was drawn, each copy with units of its own."""
    copies = []
    for value, count in zip(sorted(frame[cluster].unique()), counts, strict=True):
        rows = frame[frame[cluster] == value]
        copies += [rows.assign(unit=rows["unit"].astype(str) + f"/{copy}") for copy in range(int(count))]
    return pd.concat(copies, ignore_index=True)


EFFECTS = [
    ("unit",),
    ("year",),
    ("unit", "year"),
    ("city", "year"),
    ("unit", "east:year"),
    ("unit", "year", "east:year"),
    (),
]


@pytest.mark.parametrize("effects", EFFECTS)
@pytest.mark.parametrize("cluster", ["unit", "city"])
@pytest.mark.parametrize("weights", [None, "mass"])
def test_every_bootstrap_draw_is_a_refit_on_the_rows_drawn(effects, cluster, weights):
    frame = panel(2)
    columns = frame[["x", "z", "m1", "m2", "y"]].to_numpy()
    codes = [frame.groupby(name.split(":")).ngroup().to_numpy() for name in effects]
    codes = codes or [np.zeros(len(frame), dtype=int)]
    clusters = pd.factorize(frame[cluster], sort=True)[0]
    mass = None if weights is None else frame["mass"].to_numpy()
    fast = cluster_moments(columns, codes, clusters, mass)
    rng = np.random.default_rng(5)
    count = clusters.max() + 1
    draws = rng.multinomial(count, np.full(count, 1 / count), size=4).astype(float)
    moments = fast.at(draws)
    for counts, found in zip(draws, moments, strict=True):
        drawn = replicated(frame, cluster, counts)
        spec = mediation(effects, structure="serial", weights=weights, covariance=dm.Robust())
        refit = dm.estimate(spec, drawn).tables["paths"]["estimate"]
        first = np.linalg.solve(found[:2, :2], found[:2, 2])[0]
        last = np.linalg.solve(found[:4, :4], found[:4, 4])
        assert refit["x -> m1"] == pytest.approx(first, rel=1e-9)
        assert refit[["x -> y", "m1 -> y", "m2 -> y"]].tolist() == pytest.approx(last[[0, 2, 3]], rel=1e-9)


def test_clusters_that_share_no_level_are_solved_apart():
    frame = panel(3)
    codes = [frame.groupby(name).ngroup().to_numpy() for name in ("unit", ["east", "year"], "year")]
    moments = cluster_moments(frame[["x", "m1", "y"]].to_numpy(), codes, codes[0])
    assert [(len(block.clusters), block.n_levels) for block in moments.blocks] == [(4, 5), (8, 5)]


def test_absorbing_row_by_row_gives_what_the_sums_of_clusters_give():
    from dataclasses import replace

    frame = panel(3)
    codes = [pd.factorize(frame[name], sort=True)[0] for name in ("unit", "year")]
    clusters = codes[0] // 2
    moments = cluster_moments(frame[["x", "m1", "y"]].to_numpy(), codes, clusters)
    draws = np.random.default_rng(6).multinomial(6, np.full(6, 1 / 6), size=5).astype(float)
    slow = replace(moments, blocks=None).at(draws)
    assert moments.at(draws) == pytest.approx(slow, rel=1e-9, abs=1e-9)


def test_rows_in_any_order_and_any_number_of_processes_give_the_same_bytes():
    frame = panel(4)
    spec = mediation(structure="serial", replications=600, seed=3)
    first = dm.estimate(spec, frame)
    shuffled = dm.estimate(spec, frame.sample(frac=1, random_state=1).reset_index(drop=True))
    with joblib.parallel_config(backend="loky", n_jobs=2):
        spread = dm.estimate(spec, frame)
    for name, table in first.tables.items():
        for other in (shuffled, spread):
            pd.testing.assert_frame_equal(table, other.tables[name], check_exact=True)
    assert shuffled.provenance.data_hash == first.provenance.data_hash
    reseeded = dm.estimate(mediation(structure="serial", replications=600, seed=4), frame)
    column = "percentile_low"
    assert not np.allclose(reseeded.tables["effects"][column], first.tables["effects"][column])


def test_a_mediator_changes_the_hash_of_the_data():
    frame = panel(4)
    hashes = {dm.estimate(mediation(mediators=name), frame).provenance.data_hash for name in ("m1", "m2")}
    assert len(hashes) == 2


@given(scale=st.floats(0.01, 100), shift=st.floats(-50, 50))
@settings(max_examples=10, deadline=None)
def test_units_of_the_mediator_do_not_matter_and_units_of_the_treatment_scale(scale, shift):
    frame = panel(5)
    base = dm.estimate(mediation(replications=50), frame).tables["effects"]
    other = frame.assign(m1=shift + scale * frame["m1"], x=frame["x"] * scale)
    again = dm.estimate(mediation(replications=50), other).tables["effects"]
    for column in ("estimate", "delta_std_error", "percentile_low", "bca_high"):
        assert (again[column] * scale).to_numpy() == pytest.approx(base[column].to_numpy(), rel=1e-7)


def test_every_order_of_the_chain_is_the_chain_estimated_in_that_order():
    frame = panel(6)
    result = dm.estimate(mediation(mediators=("m1", "m2", "m3"), structure="serial"), frame)
    orders = result.tables["order_permutations"]["estimate"]
    assert len(orders) == 6
    for order, estimate in orders.items():
        names = tuple(order.split(" -> "))
        own = dm.estimate(mediation(mediators=names, structure="serial"), frame)
        assert own.coefficients.loc[f"x -> {order} -> y", "estimate"] == pytest.approx(estimate)
        assert own.statistics["total"] == pytest.approx(result.statistics["total"])
    size = orders.abs()
    assert result.statistics["order_p"] == pytest.approx((size >= size.iloc[0] - 1e-12).mean())


@pytest.mark.parametrize("rho", [-0.6, -0.2, 0.3, 0.7])
def test_the_effect_at_a_correlation_is_the_one_whose_errors_have_it(rho):
    frame = panel(7)
    spec = mediation(mediators="m1", effects=("unit", "year"))
    result = dm.estimate(spec, frame)
    plain = spec.replace(estimator=dm.LeastSquares())
    from digimfg.design import build_design

    design = build_design(plain.replace(regressors=("x", "m1")), frame)
    x, m, z = design.absorbed.regressors.T
    y = design.absorbed.outcome
    base = np.column_stack([x, z])

    def freed(column):
        return column - base @ np.linalg.lstsq(base, column, rcond=None)[0]

    def correlation(b):
        errors = freed(y - b * m)
        return errors @ freed(m) / np.sqrt(errors @ errors * (freed(m) @ freed(m)))

    slope = brentq(lambda b: correlation(b) - rho, -50, 50, xtol=1e-13)
    a = np.linalg.lstsq(base, m, rcond=None)[0][0]
    curve = result.tables["sensitivity"].set_index("rho")["estimate"]
    assert curve.loc[rho] == pytest.approx(a * slope, rel=1e-8)


def test_johnson_neyman_bounds_are_where_the_interval_touches_zero():
    frame = panel(8)
    spec = mediation().replace(estimator=dm.Moderation(moderator="w", bins=0))
    result = dm.estimate(spec, frame)
    for bound in ("johnson_neyman_low", "johnson_neyman_high"):
        level = result.statistics[bound]
        moved = frame.assign(w=frame["w"] - level)
        # at the level itself, the treatment's coefficient of an uncentred product is the marginal effect
        plain = spec.replace(regressors=("x", "w", "x:w"), estimator=dm.LeastSquares())
        row = dm.estimate(plain, moved).coefficients.loc["x"]
        assert min(abs(row["conf_low"]), abs(row["conf_high"])) == pytest.approx(0, abs=1e-9)


def test_marginal_effects_do_not_depend_on_the_origin_of_the_moderator():
    frame = panel(9)
    spec = mediation().replace(estimator=dm.Moderation(moderator="w"))
    first = dm.estimate(spec, frame)
    second = dm.estimate(spec, frame.assign(w=frame["w"] + 100))
    columns = ["estimate", "std_error"]
    for table in ("marginal_effects", "bins"):
        assert second.tables[table][columns].to_numpy() == pytest.approx(
            first.tables[table][columns].to_numpy(), rel=1e-7
        )
    assert second.statistics["linearity_f"] == pytest.approx(first.statistics["linearity_f"], rel=1e-6)


def group_specification(**changes):
    return dm.Specification(
        "y", "x", controls="z", entity="unit", time="year", fixed_effects=("unit", "year")
    ).replace(**changes)


def test_each_group_is_the_subsample_estimated_by_itself():
    frame, spec = panel(10), group_specification()
    result = dm.group_difference(spec, frame, "east", replications=50)
    for level, table in ((0, "first"), (1, "second")):
        own = dm.estimate(spec.replace(sample=f"east == {level}"), frame)
        pd.testing.assert_frame_equal(result.tables[table], own.coefficients)
        pd.testing.assert_series_equal(
            result.coefficients.loc[f"x:east[{level}]"], own.coefficients.loc["x"], check_names=False
        )
    interacted = dm.estimate(dm.interact_with(spec, "east"), frame).coefficients.loc["x:east"]
    row = result.tables["differences"].loc["x"]
    assert row["difference"] == pytest.approx(interacted["estimate"])
    assert row["interaction_p"] == pytest.approx(interacted["p_value"])
    sizes = np.sqrt(np.diag(result.covariance_matrix))
    assert sizes == pytest.approx(result.coefficients["std_error"].to_numpy())


def test_interaction_and_stacked_estimation_differ_only_in_the_small_sample_factor():
    spec = group_specification(covariance=dm.Clustered("unit", small_sample="none"))
    row = dm.group_difference(spec, panel(11), "east", methods=("interaction", "suest")).tables["differences"]
    ratio = (row["suest_std_error"] / row["interaction_std_error"]) ** 2
    assert ratio["x"] == pytest.approx(12 / 11)


def test_the_permutation_test_enumerates_all_assignments_where_they_are_few():
    frame, spec = panel(12, n_units=8, missing=3), group_specification()
    result = dm.group_difference(spec, frame, "east", methods=("permutation",))
    units = sorted(frame["unit"].unique())
    observed = abs(result.tables["differences"]["difference"]["x"])
    gaps = []
    for chosen in combinations(units, 3):
        inside = frame["unit"].isin(chosen)
        slopes = [
            dm.estimate(spec, frame[part]).coefficients.loc["x", "estimate"] for part in (inside, ~inside)
        ]
        gaps.append(abs(slopes[0] - slopes[1]))
    share = np.mean(np.array(gaps) >= observed * (1 - 1e-9))
    assert result.statistics["n_permutations"] == len(gaps) == 56
    assert result.tables["differences"]["permutation_p"]["x"] == pytest.approx(share)


def test_random_permutations_come_near_the_full_enumeration():
    frame, spec = panel(13, n_units=11, missing=3), group_specification()
    full = dm.group_difference(spec, frame, "east", methods=("permutation",), replications=400)
    some = dm.group_difference(spec, frame, "east", methods=("permutation",), replications=300, seed=1)
    assert full.statistics["n_permutations"] == 330
    assert some.statistics["n_permutations"] == 300
    exact, drawn = (each.tables["differences"]["permutation_p"]["x"] for each in (full, some))
    assert abs(exact - drawn) < 3 * np.sqrt(exact * (1 - exact) / 300) + 1 / 301
