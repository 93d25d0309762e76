"""A bad panel ends in one readable error that lists every failure at once."""

import numpy as np
import pandas as pd
import pytest
from refused import refused

import digimfg as dm
from digimfg.panels import find_panel
from digimfg.panels.failures import find_failures
from digimfg.panels.schema import panel_schema
from digimfg.variables import dictionary


@pytest.fixture(scope="module")
def world():
    frame = dm.load_panel("world")
    return frame[
        frame["country"].isin(["DEU", "FRA", "CHN"]) & frame["year"].between(2005, 2016)
    ].reset_index(drop=True)


def rejected(frame, language="en", panel="world"):
    with pytest.raises(dm.PanelError) as caught:
        dm.validate_panel(frame, panel)
    return caught.value.message(language)


def test_a_good_panel_comes_back_unchanged(world):
    pd.testing.assert_frame_equal(dm.validate_panel(world, "world"), world)


def test_duplicate_keys_are_counted_and_named(world):
    message = rejected(pd.concat([world, world.iloc[[0, 1]]]))
    assert "country × year: one row per key; repeated — 2 rows, first CHN 2005; CHN 2006" in message


def test_a_share_above_one_is_named_with_its_rows_and_values(world):
    message = rejected(world.assign(labor_share=world["labor_share"].where(world["year"] != 2010, 58.0)))
    assert "labor_share: must be at most 1 (share of GDP, 0-1) — 3 rows" in message
    assert "CHN 2010 = 58.0; DEU 2010 = 58.0; FRA 2010 = 58.0" in message


def test_a_percentage_below_zero_is_named(world):
    message = rejected(world.assign(industry_gdp_pct=-1.0))
    assert "industry_gdp_pct: must be at least 0 (% of GDP) — 36 rows" in message


def test_an_unknown_country_code_is_named_with_the_remedy(world):
    message = rejected(world.replace({"country": {"DEU": "GER"}}))
    assert (
        "country: must be an ISO 3166-1 three-letter code (XKX for Kosovo) — 12 rows, first GER 2005"
        in message
    )
    assert "map names or other codes to ISO codes" in message


def test_a_year_as_text_is_named_with_the_remedy(world):
    message = rejected(world.assign(year=world["year"].astype(str)))
    assert "year: must hold whole numbers without gaps (int64), holds" in message
    assert "'2005'" in message
    assert "pd.to_numeric(frame['year']).astype('int64')" in message


def test_a_year_with_a_fraction_is_rejected(world):
    assert "holds float64" in rejected(world.assign(year=world["year"] + 0.5))


def test_text_among_numbers_is_the_only_failure_of_that_column(world):
    shares = world["labor_share"].astype(object)
    shares.iloc[3] = "0.6"
    message = rejected(world.assign(labor_share=shares))
    assert "1 failure" in message
    assert "labor_share: must hold numbers (float64), holds object ('0.6') — 1 row" in message


def test_a_missing_column_suggests_the_one_that_was_meant(world):
    message = rejected(world.rename(columns={"log_tfp": "log_TFP"}))
    assert "log_tfp: the column must be there → rename 'log_TFP'" in message


def test_a_missing_key_column_is_one_failure(world):
    message = rejected(world.drop(columns="country"))
    assert "1 failure" in message
    assert "country: the column must be there" in message


def test_a_missing_key_value_is_named(world):
    message = rejected(world.assign(country=world["country"].where(world["year"] != 2005, None)))
    assert "country: may not be missing — 3 rows" in message


def test_infinite_values_are_named(world):
    values = world["log_tfp"].to_numpy(copy=True)
    values[[0, 5]] = np.inf, -np.inf
    message = rejected(world.assign(log_tfp=values))
    assert "log_tfp: must be finite — 2 rows, first CHN 2005 = inf; CHN 2010 = -inf" in message


def test_an_empty_frame_is_an_error(world):
    assert "at least one row; the frame is empty" in rejected(world.iloc[:0])


def test_a_second_column_of_the_same_name_is_an_error(world):
    with refused(dm.DigimfgError, "frames.names_repeated"):
        dm.validate_panel(pd.concat([world, world[["year"]]], axis=1), "world")


def test_an_unknown_category_suggests_the_nearest(world):
    editions = world["internet_users_edition"].replace("2015", "2O15")
    message = rejected(world.assign(internet_users_edition=editions))
    assert "internet_users_edition: must be one of early, 2015, 2025" in message
    assert "nearest to '2O15': '2015'" in message


def test_numbers_where_text_belongs_are_an_error(world):
    assert "country_name_en: must be text — 36 rows" in rejected(world.assign(country_name_en=1.0))


def test_all_failures_are_listed_at_once_in_the_order_of_the_columns(world):
    bad = world.assign(year=world["year"].astype(str), labor_share=2.0, log_tfp=np.inf).drop(
        columns="hours_per_worker"
    )
    message = rejected(bad)
    assert "4 failures" in message
    places = [message.index(name) for name in ("year:", "log_tfp:", "labor_share:", "hours_per_worker:")]
    assert places == sorted(places)


def test_the_message_is_bilingual(world):
    message = rejected(world.assign(labor_share=2.0), "zh")
    assert "labor_share: 应不大于1（占 GDP 份额，0–1） — 36行" in message


def test_the_message_is_ours_and_not_panderas(world):
    with pytest.raises(dm.PanelError) as caught:
        dm.validate_panel(world.assign(labor_share=2.0), "world")
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    assert len(str(caught.value)) < 1000


def test_conversions_that_lose_nothing_are_made(world):
    given = world.assign(year=world["year"].astype("int16"), gdp_usd=1).drop(columns="after_1995")
    given["after_1995"] = world["after_1995"].astype(bool)
    valid = dm.validate_panel(given, "world")
    assert valid["year"].dtype == "int64"
    assert valid["gdp_usd"].dtype == "float64"
    assert valid["after_1995"].dtype == "int64"


def test_further_columns_are_kept_and_known_ones_checked(world):
    valid = dm.validate_panel(world.assign(mine="x"), "world")
    assert list(valid.columns) == [*find_panel("world").variables, "mine"]
    assert "upstreamness: must be at least 0" in rejected(world.assign(upstreamness=-1.0))


def test_an_index_of_any_kind_is_accepted(world):
    shuffled = world.sample(frac=1.0, random_state=3)
    repeated = shuffled.set_axis(np.zeros(len(world), dtype=int))
    pd.testing.assert_frame_equal(dm.validate_panel(repeated, "world"), world)


def test_validation_leaves_the_given_frame_alone(world):
    given = world.sample(frac=1.0, random_state=3).assign(year=lambda frame: frame["year"].astype("int32"))
    before = given.copy()
    dm.validate_panel(given, "world")
    pd.testing.assert_frame_equal(given, before)


def test_an_unknown_panel_suggests_the_nearest(world):
    with refused(dm.PanelError, "names.unknown_name", near="world_input_output"):
        dm.validate_panel(world, "world_input_outpt")


def test_find_failures_is_empty_for_a_good_panel(world):
    assert find_failures(world, find_panel("world")) == ()


def test_every_bound_of_the_dictionary_reaches_the_schema():
    panel = find_panel("world")
    schema = panel_schema(panel.keys, panel.variables)
    for name in panel.variables:
        entry, checks = dictionary()[name], {check.name for check in schema.columns[name].checks}
        assert ("lower" in checks) == (entry.lower is not None)
        assert ("upper" in checks) == (entry.upper is not None)
        assert ("category" in checks) == bool(entry.categories)
        assert schema.columns[name].nullable == (
            entry.dtype in ("float", "string") and name not in panel.keys
        )
