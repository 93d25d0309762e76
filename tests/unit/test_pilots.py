"""The register of pilots: what it says of itself, treatments made of it, policies that coincide."""

import pandas as pd
import pytest
from noted import noted
from refused import refused

import digimfg as dm

SUMMARY = dm.list_pilots().set_index("policy")


@pytest.mark.parametrize("policy", SUMMARY.index)
def test_every_row_says_what_supports_it(policy):
    rows = dm.pilots(policy)
    assert set(rows["confidence"]) <= {"reported", "unconfirmed"}
    reported = rows["confidence"] == "reported"
    assert rows.loc[reported, "source"].str.startswith("http").all()
    assert rows.loc[reported, "document"].ne("").all()
    assert rows.loc[~reported, "source"].eq("").all()
    assert not rows.duplicated(["batch", "place", "named_as"]).any()
    assert rows["date"].str.fullmatch(r"\d{4}(-\d{2}(-\d{2})?)?").all()
    assert rows["code"].str.fullmatch(r"(\d{6})?").all()
    assert SUMMARY.loc[policy, "held"] <= SUMMARY.loc[policy, "announced"]


def test_lists_that_were_read_whole_have_as_many_places_as_were_announced():
    whole = SUMMARY.index[SUMMARY["held"] == SUMMARY["announced"]]
    assert set(whole) == set(SUMMARY.index) - {"smart_city"}
    broadband = dm.pilots("broadband_china").drop_duplicates(["batch", "named_as"])
    assert broadband.groupby("batch").size().to_dict() == {"2014": 39, "2015": 39, "2016": 39}


def cities():
    names = ["北京市", "莆田市", "太原市", "杭州市", "石家庄市", "Xiamen"]
    return pd.DataFrame(
        [(name, year) for name in names for year in range(2012, 2021)], columns=["city", "year"]
    )


def test_a_treatment_begins_in_the_year_of_the_list_and_unconfirmed_places_are_a_choice():
    frame = cities()
    with refused(dm.SpecificationError, "policy.pilots_unconfirmed", names="太原市"):
        dm.pilot_treatment(frame, "broadband_china", entity="city", time="year")
    made = frame.assign(
        on=dm.pilot_treatment(frame, "broadband_china", entity="city", time="year", unconfirmed="missing")
    )
    first = made[made["on"] == 1].groupby("city")["year"].min()
    assert first.to_dict() == {
        "北京市": 2014,
        "莆田市": 2015,
        "杭州市": 2016,
        "石家庄市": 2014,
        "Xiamen": 2014,
    }
    assert made.loc[made["city"] == "太原市", "on"].isna().all()
    taken = dm.pilot_treatment(frame, "broadband_china", entity="city", time="year", unconfirmed="treated")
    assert taken[frame["city"] == "太原市"].sum() == 6


def test_a_province_that_was_named_treats_its_cities():
    frame = cities()
    on = frame.assign(on=dm.pilot_treatment(frame, "digital_economy_zone", entity="city", time="year"))
    assert set(on.loc[on["on"] == 1, "city"]) == {"杭州市", "莆田市", "Xiamen"}
    big = frame.assign(on=dm.pilot_treatment(frame, "big_data_zone", entity="city", time="year"))
    assert set(big.loc[big["on"] == 1, "city"]) == {"北京市", "石家庄市"}


def test_policies_that_coincide_are_told():
    frame = cities()
    frame["on"] = dm.pilot_treatment(frame, "big_data_zone", entity="city", time="year").astype(int)
    found = dm.overlapping_policies(frame, "on", entity="city", time="year")
    assert found.table.loc["big_data_zone", ["treated", "controls", "same_year"]].tolist() == [2, 0, 2]
    assert found.table.loc["broadband_china", ["treated", "controls", "same_year"]].tolist() == [2, 4, 0]
    assert found.table.loc["broadband_china", "unconfirmed"] == 1
    assert any("big data" in note.en and "大数据" in note.zh for note in found.notes)
    assert noted(found.notes, "incomplete", thin="smart_city")


def test_bad_input_is_named_with_its_remedy():
    frame = cities()
    with refused(dm.DigimfgError, "arguments.value_outside", argument="policy"):
        dm.pilots("broadband")
    with refused(dm.SpecificationError, "policy.pilots_incomplete"):
        dm.pilot_treatment(frame, "smart_city", entity="city", time="year")
    with refused(dm.SpecificationError, "policy.treatment_values"):
        dm.overlapping_policies(frame.assign(on=2), "on", entity="city", time="year")
    with refused(dm.EstimationError, "policy.units_not_chinese"):
        dm.pilot_treatment(frame.assign(city="x"), "digital_economy_zone", entity="city", time="year")
