"""Real annual series through a vintage and the panel: the estimate is the one on the file itself."""

import os
from pathlib import Path

import pandas as pd
import pytest

import digimfg as dm
from digimfg.fetching import Part, find_publisher
from digimfg.fetching.vintages import store_vintage

SHARED = Path(os.environ.get("DIGIMFG_SHARED_DATA", Path(__file__).parents[4] / "shared" / "data"))
FILE = SHARED / "panels" / "world" / "country_year_merged.csv"
CODES = {"sg_internet_users": "IT.NET.USER.ZS", "sdg_nv_ind_tech": "NV.MNF.TECH.ZS.UN"}
CORE = (
    *CODES,
    "sdg_nv_ind_manf",
    "sg_gdppercapita_us_inflation_adjusted",
    "sg_merchandise_trade_percent_of_gdp",
    "pwt_hc",
)

pytestmark = pytest.mark.skipif(not FILE.is_file(), reason="needs ../shared/data")


def test_internet_users_and_medium_high_tech_manufacturing(tmp_path, monkeypatch):
    monkeypatch.setenv("DIGIMFG_FETCHED", str(tmp_path))
    merged = pd.read_csv(FILE, usecols=["iso3", "year", *CORE], low_memory=False)
    parts = []
    for column, code in CODES.items():
        held = merged[["iso3", "year", column]].dropna()
        lines = [f"{country},{year},{value!r}" for country, year, value in held.itertuples(index=False)]
        content = "\n".join(["country,year,value", *sorted(lines), ""]).encode()
        details = {"name": code, "rows": len(lines), "values": len(lines)}
        parts.append(
            Part(name=code, file=f"{code}.csv", content=content, updated="2026-10-08", details=details)
        )
    store_vintage(find_publisher("world_bank"), "https://host/v2", "2026-11-23", parts, tmp_path)
    world = dm.load_panel("world", vintage="latest")

    core = (
        merged[merged["year"].between(2000, 2017)]
        .dropna(subset=list(CORE))
        .rename(columns={"iso3": "country"})
    )
    assert (len(core), core["country"].nunique()) == (2332, 131)
    columns = dict(zip(CODES, ("internet_users_pct", "medium_high_tech_value_added_pct"), strict=True))
    spec = dm.Specification(
        "medium_high_tech_value_added_pct",
        "internet_users_pct",
        entity="country",
        time="year",
        fixed_effects=("country", "year"),
        covariance=dm.Clustered("country"),
    )
    direct = dm.estimate(spec, core.rename(columns=columns))
    panel = dm.estimate(spec, world.merge(core[["country", "year"]]))
    pd.testing.assert_frame_equal(panel.coefficients, direct.coefficients, check_exact=False, rtol=1e-12)
    assert panel.statistics["n_obs"] == 2332
