"""The world panel on fetched data: only when asked, named in every result, columns of one origin each."""

import random

import numpy as np
import pandas as pd
import pytest
from refused import refused

import digimfg as dm
from digimfg.cli import main
from digimfg.errors import PanelError, SourceError
from digimfg.exhibits import Evidence
from digimfg.fetching import Part, find_publisher
from digimfg.fetching.vintages import fetched_folder, store_vintage
from digimfg.panels.tracing import Tracer
from digimfg.sources.world_bank_indicators import INDICATORS
from digimfg.variables import dictionary

NAMES = {
    "NY.GDP.PCAP.KD": "GDP per capita (constant 2015 US$)",
    "IT.NET.USER.ZS": "Individuals using the Internet (% of population)",
}  # fmt: skip


def part(code, rows, *, name=None, updated="2026-10-08"):
    lines = [
        "country,year,value",
        *(f"{country},{year},{value}" for country, year, value in sorted(rows)),
        "",
    ]
    details = {"name": name or NAMES.get(code, code), "rows": len(rows), "values": len(rows)}
    return Part(
        name=code,
        file=f"{code}.csv",
        content="\n".join(lines).encode(),
        updated=updated,
        group="2",
        details=details,
    )


@pytest.fixture
def fetched(tmp_path, monkeypatch):
    """Keep two indicators as fetched: all years from 2000 to 2025 for three economies and a region."""
    monkeypatch.setenv("DIGIMFG_FETCHED", str(tmp_path))
    countries, years = ["CHN", "DEU", "USA", "WLD"], range(2000, 2026)
    users = [
        (c, y, round(20 + 3.1 * i + 2.5 * (y - 2000), 4)) for i, c in enumerate(countries) for y in years
    ]
    income = [(c, y, 5000 * (i + 1) + 31 * (y - 2000) ** 2) for i, c in enumerate(countries) for y in years]
    users[0] = ("CHN", 2000, 100.5)
    parts = [part("IT.NET.USER.ZS", users), part("NY.GDP.PCAP.KD", income)]
    return store_vintage(find_publisher("world_bank"), "https://host/v2", "2026-11-23", parts, tmp_path)


def test_fetched_data_are_used_only_when_asked(fetched, monkeypatch):
    shipped = dm.load_panel("world")
    assert "vintages" not in shipped.attrs
    annual = dm.load_panel("world", vintage="latest")
    assert annual.attrs["vintages"] == {"world_bank": "2026-10-08"}
    assert annual["internet_users_pct"].notna().sum() == 3 * 26 - 1
    monkeypatch.setenv("DIGIMFG_VINTAGE", "2026-10-08")
    pd.testing.assert_frame_equal(dm.load_panel("world"), annual)
    pd.testing.assert_frame_equal(dm.load_panel("world", vintage="shipped"), shipped)
    assert "vintages" not in dm.load_panel("world_input_output").attrs


def test_a_renewed_column_holds_nothing_of_the_shipped_one_and_others_stay(fetched):
    shipped, annual = dm.load_panel("world"), dm.load_panel("world", vintage="latest")
    assert set(annual.loc[annual["internet_users_pct"].notna(), "country"]) == {"CHN", "DEU", "USA"}
    assert "internet_users_edition" not in annual
    both = shipped[["country", "year"]].merge(annual, how="left")
    for name in ("log_tfp", "population", "internet_users_share_2009", "productivity_tercile_1995"):
        pd.testing.assert_series_equal(both[name], shipped[name])


def test_what_is_computed_from_renewed_columns_is_computed_again(fetched):
    annual = dm.load_panel("world", vintage="latest").set_index(["country", "year"])
    assert annual.loc[("CHN", 2010), "log_gdp_per_capita"] == pytest.approx(np.log(5000 + 31 * 100))
    assert annual.loc[("CHN", 2025), ["after_1995", "country_name_zh"]].tolist() == [1, "中国"]
    assert (
        annual.loc[("CHN", 2025), "internet_users_share_2009"]
        == annual.loc[("CHN", 2009), "internet_users_share_2009"]
    )


def test_every_result_names_the_vintage_and_what_was_left_out_of_its_columns(fetched):
    annual = dm.load_panel("world", vintage="latest")
    spec = dm.Specification(
        "log_gdp_per_capita", "internet_users_pct", entity="country", time="year", fixed_effects="country"
    )
    notes = [note.en for note in dm.estimate(spec, annual).notes]
    assert notes[0].startswith("Data: World Bank, annual indicators, vintage 2026-10-08 (sha256 ")
    assert "1 value of IT.NET.USER.ZS outside its bounds is left out (CHN 2000 100.5)" in notes[1]
    without = spec.replace(outcome="log_tfp", regressors="human_capital")
    notes = [note.en for note in dm.estimate(without, annual).notes]
    assert notes[0].startswith("Data: World Bank")
    assert not any("IT.NET.USER.ZS" in note for note in notes)
    assert not any("vintage" in note.en for note in dm.estimate(spec, dm.load_panel("world")).notes)
    filtered = annual[annual["year"] > 2005].copy()
    assert dm.estimate(spec, filtered).notes[0].en.startswith("Data: World Bank")


def test_prices_of_another_year_do_not_enter_under_the_old_name(fetched, tmp_path):
    income = part(
        "NY.GDP.PCAP.KD",
        [("CHN", 2010, 1.0)],
        name="GDP per capita (constant 2021 US$)",
        updated="2027-01-01",
    )
    store_vintage(find_publisher("world_bank"), "https://host/v2", "2027-01-02", [income], tmp_path)
    annual = dm.load_panel("world", vintage="latest")
    pd.testing.assert_series_equal(
        annual["gdp_per_capita_usd2015"], dm.load_panel("world")["gdp_per_capita_usd2015"]
    )
    assert "in prices of another year" in annual.attrs["notes"][1]["en"]
    assert dm.load_panel("world", vintage="2026-10-08")["year"].max() == 2025


def test_a_vintage_that_is_not_there_is_named_and_never_fetched(fetched):
    with refused(SourceError, "fetching.no_such_vintage", found="2026-10-08"):
        dm.load_panel("world", vintage="2020-01-01")
    with refused(PanelError, "panels.panel_not_renewed"):
        dm.load_panel("world_input_output", vintage="latest")


def test_every_indicator_has_its_column_in_the_dictionary():
    entries = dictionary()
    assert set(INDICATORS.values()) <= set(entries)
    for code, name in INDICATORS.items():
        if entries[name].source == "world_bank":
            assert entries[name].source_code == code
    assert len(set(INDICATORS.values())) == len(INDICATORS)
    assert {name for name, entry in entries.items() if entry.source == "world_bank"} <= set(
        INDICATORS.values()
    )


def test_a_renewed_cell_is_traced_to_the_vintage_and_others_to_the_shipped_files(fetched):
    tracer = Tracer("world", vintage="latest")
    traced = tracer.trace({"country": "DEU", "year": 2020}, "internet_users_pct")
    (cell,), (file,) = traced.cells, traced.files
    assert (cell.source, cell.file, cell.text) == ("world_bank", "IT.NET.USER.ZS.csv", str(traced.value))
    assert (fetched.folder / cell.file).read_text().split("\n")[cell.line - 1] == f"DEU,2020,{cell.text}"
    assert (file.vintage, file.sha256) == ("2026-10-08", fetched.parts["IT.NET.USER.ZS"]["sha256"])
    left_out = tracer.trace({"country": "CHN", "year": 2000}, "internet_users_pct")
    assert (left_out.value, left_out.cells[0].text) == (None, "100.5")
    assert tracer.trace({"country": "CHN", "year": 2010}, "log_tfp").files[0].source == "penn_world_table"


def test_sampled_cells_of_every_column_of_the_annual_panel_are_computed_again(fetched):
    tracer, generator = Tracer("world", vintage="latest"), random.Random(11)
    keys = tracer.frame[["country", "year"]].to_dict("records")
    for column in tracer.frame.columns:
        held = [key for key, there in zip(keys, tracer.frame[column].notna(), strict=True) if there]
        for key in [*generator.sample(held, min(15, len(held))), {"country": "CHN", "year": 2025}]:
            assert tracer.trace(key, column).recomputed


def test_shares_that_do_not_add_up_are_noted_and_kept(tmp_path, monkeypatch):
    monkeypatch.setenv("DIGIMFG_FETCHED", str(tmp_path))
    shares = {"SL.AGR.EMPL.ZS": 20.0, "SL.IND.EMPL.ZS": 30.0, "SL.SRV.EMPL.ZS": 50.0}
    parts = [
        part(code, [("CHN", 2010, share), ("CHN", 2011, share + (code == "SL.SRV.EMPL.ZS"))])
        for code, share in shares.items()
    ]
    store_vintage(find_publisher("world_bank"), "https://host/v2", "2026-11-23", parts, tmp_path)
    annual = dm.load_panel("world", vintage="latest")
    (note,) = annual.attrs["notes"][1:]
    assert "1 row does not add up to 99.5-100.5 % (CHN 2011 101.0)" in note["en"]
    assert annual.set_index(["country", "year"]).loc[("CHN", 2011), "services_employment_pct"] == 51.0


def test_fetched_data_lie_in_the_project_or_with_the_user(tmp_path, monkeypatch):
    monkeypatch.delenv("DIGIMFG_FETCHED", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    assert fetched_folder().name == "fetched"
    assert "digimfg" in fetched_folder().parts
    assert not fetched_folder().is_relative_to(tmp_path / "analyses")
    (tmp_path / "analyses").mkdir()
    assert fetched_folder() == tmp_path / "data" / "fetched"
    monkeypatch.setenv("DIGIMFG_FETCHED", str(tmp_path / "elsewhere"))
    assert fetched_folder() == tmp_path / "elsewhere"


def test_the_table_of_variables_says_where_a_renewed_column_comes_from(fetched):
    annual = dm.load_panel("world", vintage="latest")
    columns = ("internet_users_pct", "gdp_per_capita_usd2015", "log_tfp")
    table = dm.VariableTable("defined", variables=columns).show(Evidence(frame=annual))
    users, income, tfp = (row.cells[-1].en for row in table.rows)
    assert "last three months" in users
    assert users.endswith("[world_bank: IT.NET.USER.ZS, 2026-10-08]")
    assert income.endswith("[world_bank: NY.GDP.PCAP.KD, 2026-10-08]")
    assert tfp.endswith("[derived: ln(rtfpna)]")
    shipped = dm.VariableTable("defined", variables=columns).show(Evidence(frame=dm.load_panel("world")))
    assert "World Factbook" in shipped.rows[0].cells[-1].en


def test_a_variable_is_described_as_the_frame_holds_it(fetched):
    shipped = dm.describe_variable("gdp_per_capita_usd2015")
    annual = dm.load_panel("world", vintage="latest")
    renewed = dm.describe_variable("gdp_per_capita_usd2015", annual)
    assert renewed.definition.en.endswith("[world_bank: NY.GDP.PCAP.KD, 2026-10-08]")
    assert renewed.unit == shipped.unit
    assert dm.describe_variable("gdp_per_capita_usd2015", dm.load_panel("world")) == shipped
    assert dm.describe_variable("log_tfp", annual) == dm.describe_variable("log_tfp")


def test_the_command_describes_the_data_that_are_chosen(fetched, monkeypatch, capsys):
    monkeypatch.setenv("DIGIMFG_LANGUAGE", "en")
    monkeypatch.setenv("COLUMNS", "200")

    def described() -> str:
        with pytest.raises(SystemExit) as caught:
            main(["describe", "gdp_per_capita_usd2015"])
        assert not caught.value.code
        return " ".join(capsys.readouterr().out.split())

    assert "data shipped" in described()
    monkeypatch.setenv("DIGIMFG_VINTAGE", "latest")
    said = described()
    assert "fetched: world_bank 2026-10-08" in said
    assert "NY.GDP.PCAP.KD, 2026-10-08" in said
