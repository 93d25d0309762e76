"""Sources that analyses read from data/raw: their counts and published values, and what no licence lets into the package."""

import tomllib
from pathlib import Path

import numpy as np
import pytest

from digimfg.registry import instances

ROOT = Path(__file__).parents[2]
RAW = ROOT / "data" / "raw"
SOURCES = instances("sources", "SOURCE")
NATION = 155_495_730
ONLY_HERE = ("firm_samples", "us_long_series", "world_carbon", "ggdc_10_sector")


def frames(name):
    return SOURCES[name].load(RAW)


def test_firms_are_those_of_the_papers():
    """738 firms over eight years (Alonso-Borrego and Arellano 1999); 140 firms, 1031 rows (Arellano and Bond 1991)."""
    spain, britain = frames("firm_samples").values()
    assert (spain["firm"].nunique(), len(spain)) == (738, 738 * 8)
    assert spain.notna().all(axis=None)
    assert (britain["firm"].nunique(), len(britain)) == (140, 1031)
    for frame in (spain, britain):
        assert not frame.duplicated(["firm", "year"]).any()
    # Table 4 of Arellano and Bond: from seven to nine years a firm.
    assert set(britain.groupby("firm").size()) == {7, 8, 9}


def test_quarters_are_counted_and_volumes_meet_prices_in_the_year_of_reference():
    """Chained volumes of 2020 add up over that year to values at the prices of that year."""
    frame = frames("oecd_quarterly_accounts")["quarterly"]
    assert not frame.duplicated(["country", "quarter"]).any()
    assert set(frame["country"]) == {"DEU", "ESP", "ITA", "JPN"}
    assert frame.groupby("country")["quarter"].diff().dropna().eq(1).all()
    year = (
        frame[frame["quarter"] // 4 == 2020]
        .groupby("country")
        .sum(numeric_only=True)
        .loc[["DEU", "ESP", "ITA"]]
    )
    for name in ("va_total", "va_mfg", "va_ict"):
        np.testing.assert_allclose(year[f"{name}_real"], year[name], rtol=0.005)


def test_the_great_depression_is_where_it_was():
    """Industrial production fell by 62 log points from 1929 to 1932 (Nelson and Plosser's series), prices by 23."""
    us = frames("us_long_series")["us"].set_index("year")
    assert us.index.tolist() == [*range(1860, 1989)]
    assert us.loc[1932, "indprod"] - us.loc[1929, "indprod"] == pytest.approx(-0.62, abs=0.02)
    assert us.loc[1932, "cpi"] - us.loc[1929, "cpi"] == pytest.approx(np.log(40.9 / 51.3), abs=0.01)


def test_carbon_is_that_of_its_producer():
    """9,855 million tonnes in 2014, 3 in 1751 (Boden, Marland and Andres 2017)."""
    carbon = frames("world_carbon")["carbon"].set_index("year")["carbon_emissions"]
    assert carbon.index.tolist() == [*range(1751, 2015)]
    assert (carbon[1751], carbon[2014]) == (3, 9855)


def test_groups_of_occupations_are_parts_of_the_whole():
    """155,495,730 persons in the nation; what the Bureau does not release in an area is in none."""
    frame = frames("bls_occupations")["metropolitan"]
    assert len(frame) == frame["area"].nunique() == 528
    assert 0.96 < frame["employment"].sum() / NATION < 1
    parts = frame.filter(regex="_employment$")
    assert (parts.sum(axis=1) < frame["employment"]).all()


def test_sectors_add_up_to_the_total():
    found = frames("ggdc_10_sector")
    totals = found["manufacturing"].set_index(["country", "year"])
    keys = ["country", "year"]
    added = found["sectors"].groupby(keys)[["employment", "value_added"]].sum(min_count=1)
    made = found["sectors"][found["sectors"]["sector"] == "MAN"].set_index(keys)
    for what in ("employment", "value_added"):
        both = (
            added[what].to_frame("parts").join(totals[f"{what}_total"].rename("total"), how="inner").dropna()
        )
        assert len(both) > 2_000
        assert ((both["parts"] / both["total"] - 1).abs() < 0.001).mean() > 0.99
        same = made[what].to_frame("one").join(totals[f"{what}_manufacturing"].rename("other")).dropna()
        np.testing.assert_allclose(same["one"], same["other"])


@pytest.mark.parametrize("name", ONLY_HERE)
def test_what_a_package_licence_covers_says_that_it_stays_here(name):
    assert "Not part of the installed package" in SOURCES[name].licence
    licences = (ROOT / "data" / "LICENSES.md").read_text(encoding="utf-8")
    row = next(line for line in licences.splitlines() if line.startswith(f"| `{name}`"))
    assert "not part of the installed package" in row


def test_no_raw_file_is_in_the_installed_package():
    build = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]
    assert not any("raw" in folder for folder in build["targets"]["wheel"].get("force-include", {}))
