"""The 10-Sector Database: published totals, codes, and what stays out of the installed package."""

import tomllib
from pathlib import Path

import pytest

from digimfg.sources.ggdc_10_sector import SOURCE

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def frame():
    return SOURCE.load(ROOT / "data" / "raw")["manufacturing"]


def test_persons_engaged_in_china_are_those_of_its_statistical_yearbook(frame):
    """761.05 million persons at the end of 2010 (National Bureau of Statistics, China Statistical Yearbook 2011)."""
    row = frame[(frame["country"] == "CHN") & (frame["year"] == 2010)].iloc[0]
    assert row["employment_total"] == pytest.approx(761_050)


def test_one_row_stands_for_a_country_and_year_and_codes_are_those_of_other_panels(frame):
    assert not frame.duplicated(["country", "year"]).any()
    assert frame["country"].nunique() == 41
    assert "MAR" in set(frame["country"])
    assert not {"MOR", "DEW", "NGA(alt)"} & set(frame["country"])


def test_manufacturing_is_a_part_of_the_whole(frame):
    for what in ("employment", "value_added"):
        share = (frame[f"{what}_manufacturing"] / frame[f"{what}_total"]).dropna()
        assert len(share) > 2_000
        assert share.between(0, 0.6).all()


def test_the_file_is_no_part_of_the_installed_package():
    build = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]
    assert not any("raw" in folder for folder in build["targets"]["wheel"].get("force-include", {}))
