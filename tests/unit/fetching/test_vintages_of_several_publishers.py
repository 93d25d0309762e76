"""The world panel on several publishers at once: one name pins all, every result names all, every cell is traced."""

import random
import subprocess

import pandas as pd
import pytest
from refused import refused

import digimfg as dm
from digimfg.cli import main
from digimfg.errors import Fault, PanelError, SourceError
from digimfg.exhibits import Evidence
from digimfg.fetching import Part, find_publisher
from digimfg.fetching.client import Manners
from digimfg.fetching.fetch import fetch
from digimfg.fetching.vintages import store_vintage
from digimfg.panels import find_panel
from digimfg.panels.store import processed_folder
from digimfg.panels.tracing import Tracer
from digimfg.panels.vintage_changes import compare_vintages
from digimfg.panels.vintage_names import name_before, vintage_name

QUICK = Manners(timeout=5.0, attempts=2, workers=4, first_pause=0.01)
ADDED = ["egovernment_index", "online_service_index", "competitive_industrial_performance"]
ALL = "2026-10-08+un_egovernment=2024+unido_cip=2023"
WORLD = find_panel("world")


def store_users(folder, *, updated="2026-10-08", accessed="2000-01-01", shift=0.0):
    rows = [
        f"{country},{year},{round(20 + 3 * place + shift + 2.5 * (year - 2000), 3)}"
        for place, country in enumerate(("CHN", "DEU", "USA"))
        for year in range(2000, 2026)
    ]
    part = Part(
        name="IT.NET.USER.ZS", file="IT.NET.USER.ZS.csv", content="\n".join(["country,year,value", *rows, ""]).encode(),
        updated=updated, group="2", details={"name": "Individuals using the Internet", "rows": 78, "values": 78},
    )  # fmt: skip
    return store_vintage(find_publisher("world_bank"), "https://host/v2", accessed, [part], folder)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("DIGIMFG_FETCHED", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def three(folder, surveys, industry):
    """Fetch all three publishers and return the folder."""
    store_users(folder)
    fetch("un_egovernment", address=surveys.address, manners=QUICK, folder=folder)
    fetch("unido_cip", address=industry.address, manners=QUICK, folder=folder)
    return folder


def test_the_panel_has_the_columns_of_every_publisher_that_was_fetched(three, industry):
    shipped, world = dm.load_panel("world"), dm.load_panel("world", vintage="latest")
    assert not set(ADDED) & set(shipped)
    assert list(world.columns[-3:]) == ADDED
    assert world.attrs["vintages"] == {
        "world_bank": "2026-10-08", "un_egovernment": "2024", "unido_cip": "2023",
    }  # fmt: skip
    held = world.set_index(["country", "year"])
    assert (
        held.loc[("CHN", 2020), "competitive_industrial_performance"] == industry.values["156"]["cip", 2020]
    )
    assert held.loc[("AFG", 2003), "egovernment_index"] == 0.10333
    assert held.loc[("AFG", 2003), "online_service_index"] == 0.15333
    assert held.loc[("USA", 2024), "internet_users_pct"] == 86.0
    assert pd.isna(held.loc[("CHN", 2021), "competitive_industrial_performance"])


def test_nothing_stands_between_two_surveys(three):
    world = dm.load_panel("world", vintage="latest")
    assert set(world.loc[world["egovernment_index"].notna(), "year"]) == {2003, 2022, 2024}


def test_an_economy_that_only_one_publisher_has_gets_its_rows_and_names(three):
    held = dm.load_panel("world", vintage="latest").set_index(["country", "year"])
    assert held.loc[("ABW", 2024), ["country_name_en", "after_1995"]].tolist() == ["Aruba", 1]
    assert not held.index.duplicated().any()


def test_one_name_pins_every_publisher(three):
    latest = dm.load_panel("world", vintage="latest")
    store_users(three, updated="2027-01-01", shift=1.0)
    pinned = dm.load_panel("world", vintage=ALL)
    pd.testing.assert_frame_equal(pinned, latest)
    assert pinned.attrs == latest.attrs
    assert vintage_name("world", pinned.attrs["vintages"]) == ALL
    assert dm.load_panel("world", vintage="latest").attrs["vintages"]["world_bank"] == "2027-01-01"
    reordered = dm.load_panel("world", vintage="unido_cip=2023+un_egovernment=2024+world_bank=2026-10-08")
    assert reordered.attrs == latest.attrs


def test_a_plain_name_is_that_vintage_alone(three):
    world = dm.load_panel("world", vintage="2026-10-08")
    assert world.attrs["vintages"] == {"world_bank": "2026-10-08"}
    assert not set(ADDED) & set(world)
    note = world.attrs["notes"][0]["en"]
    assert note.startswith("Data: World Bank, annual indicators, vintage 2026-10-08 (sha256 ")
    assert note.endswith("), and shipped data for other columns")


def test_another_publisher_alone_adds_to_the_shipped_columns(folder, surveys):
    fetch("un_egovernment", address=surveys.address, manners=QUICK, folder=folder)
    shipped, world = dm.load_panel("world"), dm.load_panel("world", vintage="latest")
    assert vintage_name("world", world.attrs["vintages"]) == "un_egovernment=2024"
    both = shipped[["country", "year"]].merge(world, how="left")
    pd.testing.assert_frame_equal(both[list(shipped)], shipped, check_dtype=False)
    assert list(world.columns) == [*shipped.columns, *ADDED[:2]]
    assert (
        Tracer("world", vintage="latest")
        .trace({"country": "CHN", "year": 2003}, "internet_users_pct")
        .recomputed
    )


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        (
            "2026-10-08+un_egov=2024",
            Fault.of("panels.vintage_name", example="2026-10-08+un_egovernment=2024"),
        ),
        ("2026-10-08+2024", Fault.of("panels.vintage_name", example="2026-10-08+un_egovernment=2024")),
        (
            "2026-10-08+un_egovernment=",
            Fault.of("panels.vintage_name", example="2026-10-08+un_egovernment=2024"),
        ),
        (
            "un_egovernment=2024+un_egovernment=2022",
            Fault.of("panels.vintage_name", example="2026-10-08+un_egovernment=2024"),
        ),
        ("+", Fault.of("panels.vintage_name", example="2026-10-08+un_egovernment=2024")),
        (
            "oecd_tiva=1.1",
            Fault.of("panels.vintage_name", asked="oecd_tiva=1.1", example="2026-10-08+un_egovernment=2024"),
        ),
    ],
)
def test_what_is_no_name_of_vintages_is_told(three, name, kind):
    with refused(PanelError, kind):
        dm.load_panel("world", vintage=name)


def test_a_vintage_of_a_second_publisher_that_is_not_there_is_named(three):
    with refused(SourceError, "fetching.no_such_vintage") as caught:
        dm.load_panel("world", vintage="2026-10-08+un_egovernment=2022")
    assert "2024" in caught.value.got.en


def test_every_result_and_table_names_every_publisher(three, monkeypatch):
    monkeypatch.setenv("DIGIMFG_VINTAGE", ALL)
    world = dm.load_panel("world")
    spec = dm.Specification("internet_users_pct", "egovernment_index")
    result = dm.estimate(spec, world)
    for language in ("en", "zh"):
        note = result.notes[0].language(language)
        for name in ("World Bank", "UN E-Government Development Index", "UNIDO Competitive") if language == "en" else (
            "世界银行", "联合国电子政务发展指数", "工发组织",
        ):  # fmt: skip
            assert name in note
        for vintage in ("2026-10-08", "2024", "2023"):
            assert vintage in note
        assert note.count("sha256") == 3
    table = dm.VariableTable("defined", variables=("egovernment_index", *ADDED[2:])).show(
        Evidence(frame=world)
    )
    egovernment, performance = (row.cells[-1].en for row in table.rows)
    assert egovernment.endswith("[un_egovernment: UN_EGDI_EGDI, 2024]")
    assert performance.endswith("[unido_cip: cip, 2023]")
    assert any("UNIDO Competitive Industrial Performance, vintage 2023" in note.en for note in table.notes)


def test_a_cell_is_traced_to_file_line_and_text(three):
    tracer = Tracer("world", vintage="latest")
    traced = tracer.trace({"country": "DEU", "year": 2022}, "egovernment_index")
    (cell,), (file,) = traced.cells, traced.files
    content = (three / "un_egovernment" / "2024" / "UN_EGDI_WIDEF.csv").read_text(encoding="utf-8-sig")
    line = content.split("\n")[cell.line - 1]
    assert '"DEU","Name, of DEU","UN_EGDI_EGDI"' in line
    assert f'"{cell.text}"' in line
    assert float(cell.text) == traced.value
    assert (cell.column, file.vintage, file.producer[:14]) == ("2022", "2024", "United Nations")
    traced = tracer.trace({"country": "XKX", "year": 2019}, "competitive_industrial_performance")
    (cell,), (file,) = traced.cells, traced.files
    lines = (three / "unido_cip" / "2023" / "XKX.csv").read_text().split("\n")
    assert lines[cell.line - 1] == f"412,cip,2019,{cell.text}"
    assert "UNIDO" in str(traced)
    missing = tracer.trace({"country": "DEU", "year": 2023}, "egovernment_index")
    assert (missing.value, missing.cells, missing.recomputed) == (None, (), True)
    missing = tracer.trace({"country": "FRA", "year": 2019}, "competitive_industrial_performance")
    assert (missing.value, missing.files) == (None, ())
    assert "unido_cip: cip, vintage 2023" in missing.steps[0].en


def test_sampled_cells_of_every_column_are_computed_again(three):
    tracer, generator = Tracer("world", vintage=ALL), random.Random(7)
    keys = tracer.frame[["country", "year"]].to_dict("records")
    for column in tracer.frame.columns:
        held = [key for key, there in zip(keys, tracer.frame[column].notna(), strict=True) if there]
        for key in [*generator.sample(held, min(10, len(held))), {"country": "ABW", "year": 2024}]:
            traced = tracer.trace(key, column)
            assert traced.recomputed
            assert column not in (*ADDED, "country", "year") or traced.value is None or traced.cells


def test_the_vintage_before_is_that_of_the_last_day_of_fetching(three, surveys):
    assert name_before(WORLD, "latest") == "2026-10-08"
    assert name_before(WORLD, "2026-10-08") == "shipped"
    assert name_before(WORLD, "shipped") == "shipped"
    store_users(three, updated="2027-01-01", accessed="2999-01-01", shift=1.0)
    assert name_before(WORLD, "latest") == ALL
    surveys.content = surveys.file(edit=lambda rows: [*rows[:1], [*rows[1][:-1], "0.5"], *rows[2:]])
    fetch("un_egovernment", address=surveys.address, manners=QUICK, folder=three)
    assert name_before(WORLD, "un_egovernment=2024_2") == "un_egovernment=2024"


def test_what_a_vintage_changed_is_told_under_names_that_load_it_again(three, capsys):
    changes = compare_vintages("world", "2026-10-08", "latest")
    assert (changes.before, changes.after) == ("2026-10-08", ALL)
    assert changes.columns.loc["egovernment_index", ["n_before", "added"]].tolist() == [0, 191 * 3 - 1]
    with refused(PanelError, "panels.same_vintage_twice"):
        compare_vintages("world", ALL, "latest")
    with pytest.raises(SystemExit) as end:
        main(["data", "diff"])
    assert end.value.code == 0
    assert f"world: 2026-10-08 → {ALL}" in capsys.readouterr().out


def test_a_name_of_several_vintages_passes_through_make(tmp_path):
    (tmp_path / "Makefile").write_text(
        "VINTAGE ?= shipped\nexport DIGIMFG_VINTAGE := $(VINTAGE)\nshow:\n\t@echo $$DIGIMFG_VINTAGE\n",
        encoding="utf-8",
    )
    shown = subprocess.run(
        ["make", "-s", "-C", str(tmp_path), "show", f"VINTAGE={ALL}"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert shown.stdout.strip() == ALL
    makefile = (processed_folder().parents[1] / "Makefile").read_text(encoding="utf-8")
    assert "export DIGIMFG_VINTAGE := $(VINTAGE)" in makefile
