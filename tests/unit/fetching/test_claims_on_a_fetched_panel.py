"""The world's tests of claims on annual series fetched from a server in the World Bank's form."""

import os
from pathlib import Path

import pandas as pd
import pytest

import digimfg as dm
from digimfg.evidence.verdicts import judge
from digimfg.fetching.client import Manners
from digimfg.fetching.fetch import fetch
from digimfg.paper.ledger import grounds
from digimfg.paper.packs.testing import claim_test

SHARED = Path(os.environ.get("DIGIMFG_SHARED_DATA", Path(__file__).parents[4] / "shared" / "data"))
FOLDER = SHARED / "panels" / "world"
SERIES = {
    "IT.NET.USER.ZS": ("2", "Internet_users"),
    "IT.NET.BBND.P2": ("2", "Fixed_broadband_subscriptions"),
    "IT.CEL.SETS.P2": ("2", "Mobile_cellular_subscriptions"),
    "IT.NET.SECR.P6": ("2", "Secure_servers"),
    "NV.SRV.TOTL.ZS": ("2", "Services_value_added_pct_GDP"),
    "NV.IND.MANF.ZS": ("2", "Manufacturing_value_added_pct_GDP"),
    "TX.VAL.TECH.MF.ZS": ("2", "High_tech_exports_pct_mfg_exports"),
    "GOV_WGI_GE.EST": ("3", "Government_Effectiveness"),
    "GOV_WGI_RL.EST": ("3", "Rule_of_Law"),
    "GOV_WGI_RQ.EST": ("3", "Regulatory_Quality"),
}
INDUSTRY = ("NV.MNF.TECH.ZS.UN", "sdg_nv_ind_tech")
CLAIMS = ("C06", "C10", "C15", "C33")

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="needs ../shared/data")


def rows(frame, column):
    held = frame[["country", "year", column]].dropna()
    return [(country, int(year), float(value)) for country, year, value in held.itertuples(index=False)]


@pytest.fixture
def world(bank, tmp_path, monkeypatch):
    monkeypatch.setattr("os.fsync", lambda _: None)
    monkeypatch.setenv("DIGIMFG_FETCHED", str(tmp_path))
    wdi = pd.read_csv(FOLDER / "wdi_40_countries.csv")
    merged = pd.read_csv(FOLDER / "country_year_merged.csv", usecols=["iso3", "year", INDUSTRY[1]])
    merged = merged.rename(columns={"iso3": "country"})
    merged = merged[merged["country"].isin(set(wdi["country"]))]
    bank.values = {code: (home, rows(wdi, column)) for code, (home, column) in SERIES.items()}
    bank.values[INDUSTRY[0]] = ("2", rows(merged, INDUSTRY[1]))
    manners = Manners(timeout=5.0, attempts=3, workers=2, first_pause=0.01)
    fetch("world_bank", parts=tuple(bank.values), address=bank.address, manners=manners, folder=tmp_path)
    return dm.load_panel("world", vintage="latest")


def test_claims_that_shipped_data_leave_open_are_tested_on_the_fetched_panel(world):
    answers = {claim: claim_test(world, claim, "world") for claim in CLAIMS}
    for claim, answer in answers.items():
        assert answer.status != "not_testable", (claim, answer.reason.en)
        assert not answer.synthetic
        assert answer.grade
        assert answer.parts["n_clusters"].min() >= 12
        assert any("World Bank" in note.en or "vintage" in note.en for note in answer.notes)
    found = judge(
        [claim for claim in dm.ledger() if claim.id == "C10"],
        {},
        panels={"C10": [answers["C10"]]},
        grounds=grounds(),
    )["C10"]
    assert found.status == answers["C10"].status
    assert found.headline.en.endswith("on world")
    assert found.needs == ()


def test_the_shipped_panel_says_what_a_fetch_would_bring():
    answer = claim_test(dm.load_panel("world"), "C10", "world")
    assert answer.status == "not_testable"
    assert "rule_of_law" in answer.reason.en
