"""Value chains of random tables: terms add up, units do not matter, finer sectors do."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digimfg.measures.export_decomposition import export_decomposition
from digimfg.measures.input_content import input_coefficients
from digimfg.measures.input_output import InputOutputTable
from digimfg.measures.production_stages import production_participation, upstreamness
from digimfg.measures.value_chains import gvc_participation, value_added_exports

seeds = st.integers(0, 2**32 - 1)
shapes = st.tuples(st.integers(2, 5), st.integers(1, 4))


def random_table(seed, shape, *, taxes=True):
    rng = np.random.default_rng(seed)
    countries, sectors = shape
    size = countries * sectors
    A = rng.uniform(0, 1, (size, size)) * (rng.uniform(size=(size, size)) < 0.8)
    A *= rng.uniform(0.2, 0.8, size) / np.maximum(A.sum(axis=0), 1e-9)
    Y = rng.gamma(1.0, 10.0, (size, countries))
    output = np.linalg.solve(np.eye(size) - A, Y.sum(axis=1))
    return InputOutputTable(
        transactions=A * output,
        final_demand=Y,
        countries=[f"c{i}" for i in range(countries)],
        sectors=[f"s{i}" for i in range(sectors)],
        net_taxes=output * rng.uniform(-0.02, 0.1, size) if taxes else None,
    )


@settings(max_examples=40, deadline=None)
@given(seeds, shapes, st.sampled_from(["wwz", "kww"]), st.sampled_from(["bilateral", "sector", "country"]))
def test_terms_and_taxes_add_up_to_gross_exports(seed, shape, terms, level):
    frame = export_decomposition(random_table(seed, shape), terms, level).frame
    numbers = frame.drop(columns=["country", "sector", "importer"], errors="ignore")
    total = numbers.drop(columns="gross_exports").sum(axis=1)
    assert total.to_numpy() == pytest.approx(numbers["gross_exports"].to_numpy(), rel=1e-10)


@settings(max_examples=40, deadline=None)
@given(seeds, shapes)
def test_foreign_content_is_the_foreign_terms_of_the_decomposition(seed, shape):
    table = random_table(seed, shape)
    terms = export_decomposition(table, "kww").frame
    content = value_added_exports(table, "country").frame
    foreign = terms[["fva_final", "fva_intermediate", "fdc"]].sum(axis=1)
    assert foreign.to_numpy() == pytest.approx(content["foreign_value_added"].to_numpy(), rel=1e-9, abs=1e-9)


@settings(max_examples=30, deadline=None)
@given(seeds, shapes, st.floats(1e-3, 1e6))
def test_the_currency_unit_does_not_matter(seed, shape, unit):
    table = random_table(seed, shape, taxes=False)
    other = InputOutputTable(
        transactions=table.transactions * unit,
        final_demand=table.final_demand * unit,
        countries=table.countries,
        sectors=table.sectors,
    )
    for measure in (gvc_participation, lambda t: production_participation(t, "country")):
        one, two = measure(table).frame, measure(other).frame
        ratios = one.columns[one.columns.str.contains("participation|position|forward|backward")]
        assert len(ratios) > 1
        for column in ratios:
            assert two[column].to_numpy() == pytest.approx(one[column].to_numpy(), rel=1e-8, abs=1e-9)


@settings(max_examples=30, deadline=None)
@given(seeds, shapes)
def test_the_order_of_countries_does_not_matter(seed, shape):
    table = random_table(seed, shape, taxes=False)
    G, S = shape
    order = np.random.default_rng(seed).permutation(G)
    rows = (order[:, None] * S + np.arange(S)).ravel()
    other = InputOutputTable(
        transactions=table.transactions[np.ix_(rows, rows)],
        final_demand=table.final_demand[np.ix_(rows, order)],
        countries=[table.countries[i] for i in order],
        sectors=table.sectors,
    )
    one = export_decomposition(table).frame.set_index("country")
    two = export_decomposition(other).frame.set_index("country").loc[one.index]
    assert two.to_numpy() == pytest.approx(one.to_numpy(), rel=1e-8, abs=1e-9)


@settings(max_examples=30, deadline=None)
@given(seeds, shapes)
def test_stages_are_at_least_one_and_balance_over_the_world(seed, shape):
    table = random_table(seed, shape, taxes=False)
    frame = upstreamness(table).frame
    assert frame[["upstreamness", "downstreamness"]].min().min() >= 1 - 1e-12
    # output-weighted means weigh the same chains from both ends, by final use and by value added
    up = (frame["upstreamness"] * table.value_added).sum() / table.value_added.sum()
    down = (frame["downstreamness"] * table.final_demand.sum(axis=1)).sum() / table.final_demand.sum()
    assert up == pytest.approx(down, rel=1e-9)


@settings(max_examples=30, deadline=None)
@given(seeds, shapes)
def test_value_added_of_all_sectors_makes_the_whole_output(seed, shape):
    table = random_table(seed, shape, taxes=False)
    frame = input_coefficients(table, table.sectors).frame
    assert frame["value_added_share"].to_numpy() == pytest.approx(np.ones(len(frame)))
    assert (frame["complete_coefficient"] >= frame["direct_coefficient"] - 1e-12).all()


def test_gvc_position_depends_on_how_fine_the_sectors_are():
    """A documented counterexample: adding two sectors up before measuring is not measuring and then adding up."""
    table = random_table(7, (3, 2), taxes=False)
    G, S = 3, 2
    coarse = InputOutputTable(
        transactions=table.transactions.reshape(G, S, G, S).sum(axis=(1, 3)),
        final_demand=table.final_demand.reshape(G, S, G).sum(axis=1),
        countries=table.countries,
        sectors=("all",),
    )
    fine, rough = gvc_participation(table).frame, gvc_participation(coarse).frame
    assert rough["gross_exports"].to_numpy() == pytest.approx(fine["gross_exports"].to_numpy())
    assert np.abs(rough["position"] - fine["position"]).max() > 1e-3
