"""Raw sources: every byte is the recorded one, every value keeps its own year."""

import csv
import dataclasses
import hashlib
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from complete import check_complete
from refused import refused

from digimfg import SourceError
from digimfg.registry import instances
from digimfg.sources.world_factbook import parse_number, parse_year
from digimfg.sources.world_factbook_early import OTHER_NAMES
from digimfg.variables.countries import COUNTRY_CODES

ROOT = Path(__file__).parents[2]
RAW = ROOT / "data" / "raw"
SOURCES = instances("sources", "SOURCE")


@pytest.mark.parametrize("name", SOURCES)
def test_every_source_is_complete_and_unchanged(name):
    source = SOURCES[name]
    source.verify(RAW)
    assert source.name == name
    assert set(source.files) == {path.name for path in (RAW / name).iterdir()}
    assert (ROOT / source.extraction).is_file(), f"write {source.extraction}: how data/raw/{name} was made"
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", source.accessed)
    for text in (
        source.title.en,
        source.title.zh,
        source.producer,
        source.licence,
        source.citation,
        source.url,
    ):
        assert text.strip()


def test_every_raw_folder_has_a_source_and_a_licence():
    folders = {path.name for path in RAW.iterdir() if path.is_dir()}
    licences = (ROOT / "data" / "LICENSES.md").read_text(encoding="utf-8")
    check_complete(SOURCES, folders, "a SOURCE of this name to src/digimfg/sources")
    named = [folder for folder in folders if f"`{folder}`" in licences]
    check_complete(named, folders, "a row | `NAME` | … to data/LICENSES.md")


def test_raw_data_stay_small():
    sizes = [path.stat().st_size for path in RAW.rglob("*") if path.is_file()]
    assert sum(sizes) < 7.5e6
    assert max(sizes) < 3e6


def test_one_changed_byte_is_named_with_both_hashes(tmp_path):
    source = SOURCES["world_factbook_early"]
    shutil.copytree(RAW / source.name, tmp_path / source.name)
    file = tmp_path / source.name / "internet_users.csv"
    content = bytearray(file.read_bytes())
    content[100] ^= 1
    file.write_bytes(content)
    with refused(
        SourceError,
        "sources.file_changed",
        where=file,
        expected=source.files["internet_users.csv"],
        got=hashlib.sha256(content).hexdigest(),
        name=source.name,
        extraction=source.extraction,
    ):
        source.load(tmp_path)


def test_a_missing_raw_file_is_named(tmp_path):
    with refused(SourceError, "sources.file_changed", got="no such file"):
        SOURCES["penn_world_table"].load(tmp_path)


def test_the_message_of_a_changed_file_is_bilingual(tmp_path):
    with refused(SourceError, "sources.file_changed"):
        SOURCES["penn_world_table"].verify(tmp_path)


@pytest.mark.parametrize("name", SOURCES)
def test_reading_twice_gives_the_same_frames(name):
    first, second = SOURCES[name].load(RAW), SOURCES[name].load(RAW)
    assert first.keys() == second.keys()
    assert all(first[key].equals(second[key]) for key in first)


def test_country_codes_of_the_dictionary_are_those_of_the_source():
    frame = SOURCES["country_codes"].load(RAW)["countries"]
    assert tuple(frame["country"]) == COUNTRY_CODES
    assert frame["alpha2"].is_unique
    assert set(OTHER_NAMES.values()) <= set(COUNTRY_CODES)


@pytest.mark.parametrize(
    ("text", "number", "year"),
    [
        ("86.8% (2014 est.)", 86.8, 2014),
        ("1,110 (2024 est.)", 1110.0, 2024),
        ("-29.1% ++ (2014 est.)", -29.1, 2014),
        ("53% (FY 2012/13 est.)", 53.0, 2012),
        ("70.0% (2009)", 70.0, 2009),
        ("27.5%", 27.5, None),
        ("NA% (1996)", None, 1996),
        ("(2024 est.) less than 1", None, 2024),
        ("34.4% (includes West Bank) (2009)", 34.4, 2009),
    ],
)
def test_factbook_texts_are_parsed(text, number, year):
    assert (parse_number(text), parse_year(text)) == (number, year)


def test_factbook_values_keep_their_own_year_and_edition():
    frame = SOURCES["world_factbook"].load(RAW)["observations"]
    germany = frame[(frame["alpha2"] == "de") & (frame["quantity"] == "internet_users_pct")]
    assert germany[["year", "value", "edition"]].values.tolist() == [
        [2014, 86.8, "2015"],
        [2024, 94.0, "2025"],
    ]
    taiwan = frame[(frame["alpha2"] == "tw") & (frame["quantity"] == "internet_users_pct")]
    assert taiwan["year"].tolist() == [2009, 2021]


def test_the_year_of_a_composition_dates_all_its_parts():
    frame = SOURCES["world_factbook"].load(RAW)["observations"]
    algeria = frame[(frame["alpha2"] == "dz") & (frame["edition"] == "2015")].set_index("quantity")
    sectors = algeria.loc[["agriculture_gdp_pct", "industry_gdp_pct", "services_gdp_pct"]]
    assert sectors["value"].tolist() == [8.6, 48.3, 43.1]
    assert set(sectors["year"]) == {2014}


def test_no_country_has_two_values_of_one_quantity_in_an_edition():
    frame = SOURCES["world_factbook"].load(RAW)["observations"]
    assert not frame.duplicated(["alpha2", "quantity", "edition"]).any()


def test_every_text_is_an_observation_or_set_aside_with_a_reason():
    content = SOURCES["world_factbook"].load(RAW)
    n_texts = 0
    for edition in ("2015", "2025"):
        with (RAW / "world_factbook" / f"edition_{edition}.csv").open(encoding="utf-8", newline="") as stream:
            n_texts += sum(
                _is_wanted(row["field"], row["part"], row["text"]) for row in csv.DictReader(stream)
            )
    assert len(content["observations"]) + len(content["set_aside"]) == n_texts
    reasons = {"bound only", "no number", "no country code", "contradicted", "typing error", "no year"}
    assert set(content["set_aside"]["reason"]) == reasons


def _is_wanted(field, part, text):
    wanted = {
        "Internet users": ("percent of population",),
        "Broadband - fixed subscriptions": ("subscriptions per 100 inhabitants",),
        "Telephones - fixed lines": ("subscriptions per 100 inhabitants",),
        "Telephones - mobile cellular": ("subscriptions per 100 inhabitants",),
        "GDP - composition, by sector of origin": ("agriculture", "industry", "services"),
        "GDP - composition, by end use": ("investment in fixed capital", "investment in fixed assets"),
        "Industrial production growth rate": ("",),
        "Education expenditures": ("",),
        "Education expenditure": ("Education expenditure (% GDP)", ""),
    }
    return part in wanted[field] and not (
        field == "Education expenditure" and "of GDP" not in text and not part
    )


def test_internet_use_of_2015_that_the_later_edition_contradicts_is_set_aside():
    content = SOURCES["world_factbook"].load(RAW)
    aside = content["set_aside"].query("reason == 'contradicted'")
    assert aside[["file", "text"]].values.tolist() == [
        ["ag", "89.7 (2014)"],
        ["mg", "73.5 (2014)"],
        ["ml", "75.2 (2014)"],
        ["nu", "92.4 (2014)"],
        ["lc", "89.2 (2009)"],
    ]


def test_input_output_tables_balance():
    for name in ("oecd_icio_2019_g20", "oecd_icio_2020"):
        frames = SOURCES[name].load(RAW)
        sales = frames["transactions"].sum(axis=1) + frames["final_demand"].sum(axis=1)
        costs = frames["transactions"].sum(axis=0) + frames["primary"].sum(axis=1)
        # The table's net taxes are the residual; what is left is the rounding of sums of about 1,000 terms.
        np.testing.assert_allclose(costs, sales, rtol=1e-12)


def test_the_sectors_of_the_2020_table_are_named_by_their_content():
    frames = SOURCES["oecd_icio_2020"].load(RAW)
    world = frames["primary"]["value_added"].groupby("sector").sum()
    # Manufacturing without food is about a seventh of world value added, utilities about a thirtieth. The
    # package's other list of labels would call utilities manufacturing.
    assert 0.12 < world["MANUF_EXFOOD"] / world.sum() < 0.17
    assert 0.02 < world["UTILITIES"] / world.sum() < 0.04


def test_a_source_is_a_value():
    source = SOURCES["penn_world_table"]
    assert dataclasses.replace(source, accessed="2030-01-01") != source
