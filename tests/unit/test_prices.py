"""Price bases and currencies."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from refused import refused

import digimfg as dm
from digimfg.errors import Fault


def frame(**columns):
    base = pd.DataFrame({"p": np.repeat(["a", "b"], 4), "year": np.tile([2010, 2011, 2012, 2013], 2)})
    return base.assign(**columns)


growth = st.lists(st.floats(90, 120), min_size=8, max_size=8)


@settings(max_examples=30, deadline=None)
@given(growth=growth, base=st.integers(2010, 2013))
def test_a_chained_index_grows_as_it_is_told_from_any_base(growth, base):
    given_frame = frame(g=growth)
    index = dm.chain_index(given_frame, "g", base_year=base, entity="p")
    assert (index[given_frame["year"] == base] == 100.0).all()
    ratio = (index / index.shift() * 100)[given_frame["year"] > 2010]
    np.testing.assert_allclose(ratio, given_frame.loc[given_frame["year"] > 2010, "g"])


def test_a_chain_is_not_bridged_over_a_gap():
    given_frame = frame(g=[100.0, 102.0, None, 103.0, 100.0, 102.0, 104.0, 103.0]).drop(index=5)
    index = dm.chain_index(given_frame, "g", base_year=2010, entity="p")
    assert index.isna().tolist() == [False, False, True, True, False, True, True]


@settings(max_examples=30, deadline=None)
@given(growth=growth, volume=growth)
def test_an_implied_deflator_turns_nominal_growth_into_volume_growth(growth, volume):
    given_frame = frame(nominal=np.cumprod(np.array(growth) / 100) * 50, g=volume)
    given_frame["q"] = dm.chain_index(given_frame, "g", base_year=2010, entity="p")
    given_frame["deflator"] = dm.implied_deflator(given_frame, "nominal", "q", base_year=2011, entity="p")
    real = dm.deflate(given_frame, "nominal", "deflator", base_year=2011, entity="p")
    np.testing.assert_allclose(
        real,
        given_frame["q"]
        * (given_frame["nominal"] / given_frame["q"])[given_frame["year"] == 2011].repeat(4).to_numpy(),
    )
    assert real.name == "nominal2011"


def test_deflating_does_not_depend_on_the_base_of_the_index_or_the_order_of_rows():
    given_frame = frame(x=np.arange(8.0) + 1, index=[100.0, 105, 111, 118, 100, 99, 103, 110])
    real = dm.deflate(given_frame, "x", "index", base_year=2012, entity="p")
    np.testing.assert_allclose(real, dm.deflate(given_frame.assign(index=given_frame["index"] * 7), "x", "index", base_year=2012, entity="p"))  # fmt: skip
    mixed = given_frame.sample(frac=1.0, random_state=1)
    np.testing.assert_array_equal(
        dm.deflate(mixed, "x", "index", base_year=2012, entity="p").sort_index(), real
    )


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"index": [0.0] * 8}, "measures.price_not_positive"),
        (
            {"index": [None, 105.0, 111, 118, 100, 99, 103, 110]},
            Fault.of("measures.no_value_in_base_year", base_year=2010),
        ),
        ({"year": [2010] * 8}, Fault.of("measures.price_rows_repeated", keys="p × year")),
    ],
)
def test_what_cannot_be_deflated_is_told(change, kind):
    given_frame = frame(x=1.0, index=[100.0, 105, 111, 118, 100, 99, 103, 110]).assign(**change)
    with refused(dm.MeasureError, kind):
        dm.deflate(given_frame, "x", "index", base_year=2010, entity="p")


def test_an_index_with_the_previous_year_as_its_base_is_not_taken_for_a_deflator():
    rng = np.random.default_rng(2)
    years = np.arange(2000, 2021)
    given_frame = pd.DataFrame({"year": years, "x": 1.0, "cpi": 102 + rng.uniform(-2, 2, len(years))})
    with refused(dm.MeasureError, "measures.price_index_chained"):
        dm.deflate(given_frame, "x", "cpi", base_year=2010)
    named = given_frame.rename(columns={"cpi": "consumer_price_index_previous_year"})
    with refused(dm.MeasureError, "measures.price_index_chained"):
        dm.deflate(named, "x", "consumer_price_index_previous_year", base_year=2010)


def flat_prices(units=("a",)):
    """Prices that rise and fall around their base for two decades, as Japan's did."""
    rng = np.random.default_rng(4)
    years = np.arange(2000, 2022)
    parts = []
    for unit in units:
        steps = rng.normal(0, 0.01, len(years))
        index = 100 * np.exp(np.cumsum(steps) - np.cumsum(steps)[15])
        parts.append(
            pd.DataFrame({"p": unit, "year": years, "x": 1.0, "fixed": index, "link": 100 * np.exp(steps)})
        )
    return pd.concat(parts, ignore_index=True)


@pytest.mark.parametrize("units", [("a",), ("a", "b", "c")])
@pytest.mark.parametrize("order", [0, 1])
def test_the_base_of_a_deflator_can_be_declared(units, order):
    given_frame = flat_prices(units)
    if order:
        given_frame = given_frame.sample(frac=1, random_state=3)
    entity = "p" if len(units) > 1 else None
    with refused(dm.MeasureError, "measures.price_index_chained", deflator="fixed"):
        dm.deflate(given_frame, "x", "fixed", base_year=2010, entity=entity)
    fixed, chained = (
        dm.deflate(given_frame, "x", column, base_year=2010, entity=entity, deflator_base=base)
        for column, base in (("fixed", "fixed"), ("link", "previous_year"))
    )
    base = given_frame[given_frame["year"] == 2010].set_index("p")["fixed"]
    expected = given_frame["p"].map(base) / given_frame["fixed"]
    np.testing.assert_allclose(fixed, expected, rtol=1e-12)
    np.testing.assert_allclose(chained, expected, rtol=1e-12)


def test_a_declared_base_is_one_of_two_and_a_series_of_years_has_one_value_a_year():
    given_frame = flat_prices()
    with refused(dm.DigimfgError, "arguments.value_outside", argument="deflator_base"):
        dm.deflate(given_frame, "x", "fixed", base_year=2010, deflator_base="2015")
    two = pd.concat([given_frame, given_frame.assign(fixed=given_frame["fixed"] * 1.1)])
    with refused(dm.MeasureError, "measures.deflator_varies_within_year"):
        dm.deflate(two, "x", "fixed", base_year=2010, deflator_base="fixed")
    named = given_frame.rename(columns={"fixed": "price_previous_year_prices"})
    found = dm.deflate(named, "x", "price_previous_year_prices", base_year=2010, deflator_base="fixed")
    assert found.iloc[10] == 1.0


def test_exchange_needs_a_positive_rate_for_every_year_that_has_a_value():
    given_frame = frame(usd=[1.0, 2, 3, None, 1, 2, 3, None])
    rates = {2010: 6.7, 2011: 6.5, 2012: 6.3}
    assert dm.exchange(given_frame, "usd", rates).iloc[1] == 13.0
    with refused(dm.MeasureError, "measures.years_without_rate", lacking=(2012,)):
        dm.exchange(given_frame, "usd", {2010: 6.7, 2011: 6.5})
    with refused(dm.MeasureError, "arguments.value_outside", argument="rates"):
        dm.exchange(given_frame, "usd", rates | {2011: -1.0})
