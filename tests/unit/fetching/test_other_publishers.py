"""Other publishers: the same manners, each answer checked for what it must hold."""

import io
from http.server import BaseHTTPRequestHandler

import openpyxl
import pytest
from refused import refused

from digimfg.cli import main
from digimfg.errors import Fault, SourceError
from digimfg.fetching import all_publishers, find_publisher
from digimfg.fetching.client import Manners
from digimfg.fetching.fetch import fetch
from digimfg.fetching.vintages import find_vintage, load_fetched
from digimfg.panels.store import processed_folder
from digimfg.variables.countries import COUNTRY_CODES


def not_whole(kind):
    return Fault.of("fetching.answer_not_whole", last=f"answers.{kind}")


QUICK = Manners(timeout=5.0, attempts=2, workers=2, first_pause=0.01)
VARIABLES = ("pop", "emp", "avh", "hc", "rgdpna", "rnna", "rtfpna", "ctfp", "labsh", "csh_x", "csh_m")
EUROSTAT = (
    "DATAFLOW,LAST UPDATE,freq,size_emp,nace_r2,indic_is,unit,geo,TIME_PERIOD,OBS_VALUE,OBS_FLAG,CONF_STATUS\n"
    "ESTAT:ISOC_E_DIIN2(1.0),22/05/26 11:00:00,A,GE10,C,E_DI4_HI,PC_ENT,DE,2023,24.1,,\n"
    "ESTAT:ISOC_E_DIIN2(1.0),22/05/26 11:00:00,A,GE10,C,E_DI4_HI,PC_ENT,EL,2023,:,u,\n"
)
TIVA = (
    "DATAFLOW,MEASURE,REF_AREA,ACTIVITY,COUNTERPART_AREA,UNIT_MEASURE,FREQ,TIME_PERIOD,OBS_VALUE,UNIT_MULT\n"
    "OECD.STI.PIE:DSD_TIVA_MAINLV@DF_MAINLV(1.1),EXGR,CHN,C,W,USD,A,2020,2401.5,6\n"
    "OECD.STI.PIE:DSD_TIVA_MAINLV@DF_MAINLV(1.1),EXGR,DEU,C,W,USD,A,2020,1290.25,6\n"
)


def workbook(*, countries=COUNTRY_CODES[:183], years=(1950, 2023), variables=VARIABLES, sheet="Data"):
    book = openpyxl.Workbook()
    page = book.active
    page.title = sheet
    page.append(["countrycode", "country", "currency_unit", "year", *variables])
    for place, country in enumerate(countries):
        for year in years:
            page.append(
                [country, country, "X", year, *[place + 0.5 if year > 1950 else None] * len(variables)]
            )
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@pytest.fixture
def answers(serve):
    """Serve the same bytes whatever is asked; `asked` holds the paths."""

    class Handler(BaseHTTPRequestHandler):
        content = b""

        def log_message(self, *_):
            pass

        def do_GET(self):
            self.asked.append(self.path)
            self.send_response(200)
            self.send_header("Content-Length", str(len(self.content)))
            self.end_headers()
            self.wfile.write(self.content)

    Handler.asked = []
    Handler.address = serve(Handler)
    return Handler


def test_every_publisher_says_what_a_data_section_needs():
    for name, publisher in all_publishers().items():
        assert publisher.name == name
        assert publisher.parts or publisher.catalogue
        assert publisher.address.startswith("https://")
        for said in (
            publisher.title.en,
            publisher.title.zh,
            publisher.licence,
            publisher.citation,
            publisher.producer,
        ):
            assert said
    with refused(SourceError, "names.unknown_name", near="world_bank"):
        find_publisher("word_bank")


def test_a_workbook_of_the_penn_world_table_is_kept_as_it_came(answers, tmp_path):
    answers.content = workbook()
    fetched = fetch("penn_world_table_11", address=answers.address, manners=QUICK, folder=tmp_path)
    assert fetched.vintage.name == "11.0"
    assert (fetched.vintage.folder / "pwt110.xlsx").read_bytes() == answers.content
    annual = load_fetched("penn_world_table_11", folder=tmp_path)["annual"]
    assert annual.shape == (2 * 183, 2 + len(VARIABLES))
    assert annual.loc[annual["year"] == 1950, "hc"].isna().all()
    assert answers.asked == ["/554105"]


def test_a_workbook_downloaded_by_hand_is_taken_from_its_folder(tmp_path):
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "pwt1001.xlsx").write_bytes(workbook(years=(1950, 2019)))
    address = (tmp_path / "here").as_uri()
    fetched = fetch("penn_world_table_1001", address=address, manners=QUICK, folder=tmp_path / "fetched")
    assert fetched.vintage.name == "10.01"
    with refused(SourceError, "fetching.local_file_unreadable"):
        fetch("penn_world_table_11", address=address, manners=QUICK, folder=tmp_path / "fetched")


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (
            b"<!doctype html><title>Making sure you're not a bot!</title>",
            not_whole("no_workbook"),
        ),
        (b"PK\x03\x04 cut short", not_whole("no_workbook")),
        (workbook(sheet="Legend"), not_whole("workbook_unreadable")),
        (
            workbook(variables=VARIABLES[:-1]),
            not_whole("workbook_without_columns"),
        ),
        (
            workbook(years=(1950, 2019)),
            not_whole("workbook_of_other_rows"),
        ),
        (
            workbook(years=(1950, 2023, 2023)),
            not_whole("workbook_of_other_rows"),
        ),
        (
            workbook(countries=COUNTRY_CODES[:100]),
            not_whole("workbook_of_other_rows"),
        ),
    ],
)
def test_what_is_no_such_workbook_is_not_kept(answers, tmp_path, content, kind):
    answers.content = content
    with refused(SourceError, kind):
        fetch("penn_world_table_11", address=answers.address, manners=QUICK, folder=tmp_path)
    assert not list(tmp_path.rglob("*.xlsx"))


def test_eurostat_flows_are_dated_by_their_last_update(answers, tmp_path):
    answers.content = EUROSTAT.encode()
    fetched = fetch(
        "eurostat", parts=["isoc_e_diin2"], address=answers.address, manners=QUICK, folder=tmp_path
    )
    assert fetched.vintage.name == "2026-05-22"
    frame = load_fetched("eurostat", folder=tmp_path)["isoc_e_diin2"]
    assert frame["OBS_VALUE"].isna().tolist() == [False, True]
    assert frame["geo"].tolist() == ["DE", "EL"]
    assert answers.asked == ["/data/isoc_e_diin2?format=SDMX-CSV"]


def test_oecd_measures_are_dated_by_the_version_of_their_flow(answers, tmp_path):
    answers.content = TIVA.encode()
    fetch("oecd_tiva", parts=["EXGR"], address=answers.address, manners=QUICK, folder=tmp_path)
    assert find_vintage("oecd_tiva", folder=tmp_path).name == "1.1"
    frame = load_fetched("oecd_tiva", folder=tmp_path)["EXGR"]
    assert frame.set_index("REF_AREA")["OBS_VALUE"].to_dict() == {"CHN": 2401.5, "DEU": 1290.25}
    assert answers.asked == ["/data/OECD.STI.PIE,DSD_TIVA_MAINLV@DF_MAINLV,1.1/EXGR..C.W..A?format=csvfile"]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (TIVA[:-20], not_whole("csv_cut_short")),
        (TIVA.replace("EXGR,DEU", "PROD,DEU"), not_whole("rows_of_others")),
        (TIVA.replace("DF_MAINLV(1.1)", "DF_MAINLV(1.0)"), not_whole("rows_of_others")),
        (TIVA.replace("2401.5", "n/a"), not_whole("no_number")),
        (TIVA.replace("DEU", "CHN"), not_whole("observations_twice")),
        (TIVA.replace("ACTIVITY", "SECTOR"), not_whole("csv_without_columns")),
        (TIVA.replace(",1290.25,6", ",1290.25"), not_whole("rows_of_other_length")),
        (TIVA.split("\n")[0] + "\n", not_whole("rows_of_other_length")),
        ("<message:Error/>", not_whole("no_csv")),
        ('{"errors": []}', not_whole("no_csv")),
    ],
)  # fmt: skip
def test_sdmx_that_is_not_what_was_asked_for_is_not_kept(answers, tmp_path, content, kind):
    answers.content = content.encode()
    with refused(SourceError, kind):
        fetch("oecd_tiva", parts=["EXGR"], address=answers.address, manners=QUICK, folder=tmp_path)
    assert not list(tmp_path.rglob("*.csv"))


def test_a_date_that_cannot_be_read_is_told(answers, tmp_path):
    answers.content = EUROSTAT.replace("22/05/26", "soon....").encode()
    with refused(SourceError, "fetching.answer_not_whole", last="answers.last_update_unread"):
        fetch("eurostat", parts=["isoc_e_diin2"], address=answers.address, manners=QUICK, folder=tmp_path)


def test_a_workbook_is_fetched_under_its_own_name_only(answers, tmp_path):
    answers.content = workbook()
    with refused(SourceError, "sources.part_unknown"):
        fetch(
            "penn_world_table_11", parts=["rgdpna"], address=answers.address, manners=QUICK, folder=tmp_path
        )
    assert answers.asked == []


def test_verification_names_a_fetched_file_that_changed(answers, tmp_path, monkeypatch, capsys):
    answers.content = workbook()
    vintage = fetch("penn_world_table_11", address=answers.address, manners=QUICK, folder=tmp_path).vintage
    monkeypatch.setenv("DIGIMFG_FETCHED", str(tmp_path))
    monkeypatch.chdir(processed_folder().parents[1])
    with pytest.raises(SystemExit) as end:
        main(["data", "verify"])
    assert end.value.code == 0
    assert "fetched vintages 1" in capsys.readouterr().out
    (vintage.folder / "pwt110.xlsx").write_bytes(b"edited")
    with pytest.raises(SystemExit) as end:
        main(["data", "verify"])
    assert end.value.code == 2
    assert "pwt110.xlsx" in capsys.readouterr().err
