"""Fetching from the World Bank: the full right data, or what was there before and a clear message."""

import os
import signal
import subprocess
import sys
import time

import pandas as pd
import pytest
from refused import refused

import digimfg as dm
from digimfg.cli import main
from digimfg.errors import SourceError
from digimfg.fetching import find_publisher
from digimfg.fetching.client import Manners
from digimfg.fetching.fetch import fetch
from digimfg.fetching.vintages import find_vintage, list_vintages, load_fetched

CODES = ("IT.NET.USER.ZS", "NV.IND.MANF.ZS", "GOV_WGI_GE.EST")
QUICK = Manners(timeout=5.0, attempts=3, workers=2, first_pause=0.01)


@pytest.fixture(autouse=True)
def small_pages(monkeypatch):
    monkeypatch.setattr("digimfg.sources.world_bank.PER_PAGE", 7)
    monkeypatch.setattr(
        "os.fsync", lambda _: None
    )  # no power fails in these tests; hundreds of flushes take long


def bring(bank, folder, parts=CODES, manners=QUICK):
    return fetch("world_bank", parts=parts, address=bank.address, manners=manners, folder=folder)


def everything(folder):
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".staging" not in path.parts
    }


def truth(bank, code):
    rows = [row for row in bank.values[code][1] if row[2] is not None and row[0] != "AFE"]
    frame = pd.DataFrame(rows, columns=["country", "year", code])
    return frame.sort_values(["country", "year"], ignore_index=True)


def assert_whole(bank, folder, codes=CODES):
    annual = load_fetched("world_bank", folder=folder)["annual"]
    for code in codes:
        found = annual[["country", "year", code]].dropna().reset_index(drop=True)
        pd.testing.assert_frame_equal(found, truth(bank, code), check_dtype=False)


def test_a_fetch_brings_every_value_and_names_its_vintage(bank, tmp_path):
    fetched = bring(bank, tmp_path)
    assert_whole(bank, tmp_path)
    vintage = find_vintage("world_bank", folder=tmp_path)
    assert vintage.name == "2026-10-08"
    assert vintage == fetched.vintage
    assert vintage.parts["GOV_WGI_GE.EST"]["updated"] == "2026-09-23"
    assert vintage.parts["IT.NET.USER.ZS"]["rows"] == 16
    assert vintage.parts["IT.NET.USER.ZS"]["values"] == 15
    assert load_fetched("world_bank", folder=tmp_path)["left_out"]["country"].tolist() == ["AFE"]
    assert not (tmp_path / "world_bank" / ".staging").exists()


def test_requests_are_few_at_a_time_and_say_who_asks(bank, tmp_path):
    for number in range(12):
        bank.add(f"TEST.{number}")
    bring(bank, tmp_path, [f"TEST.{number}" for number in range(12)])
    assert bank.most_at_once <= QUICK.workers
    assert all(agent.startswith("digimfg/") for agent in bank.agents)


def test_the_same_data_give_the_same_bytes_in_whatever_order_they_come(bank, tmp_path):
    first = bring(bank, tmp_path / "one").vintage
    bank.values = {code: (home, rows[::-1]) for code, (home, rows) in bank.values.items()}
    second = bring(bank, tmp_path / "two", CODES[::-1]).vintage
    assert first.digest == second.digest
    assert everything(tmp_path / "one") == everything(tmp_path / "two")


def repeat_first_row(value):
    return [value[0], [*value[1][:-1], value[1][0]]]


def of_another_indicator(value):
    return [value[0], [{**value[1][0], "indicator": {"id": "SP.POP.TOTL", "value": ""}}, *value[1][1:]]]


def with_header(**changes):
    return lambda value: [{**value[0], **changes}, value[1]]


def with_first(**changes):
    return lambda value: [value[0], [{**value[1][0], **changes}, *value[1][1:]]]


PASSING = {
    "500": {"kind": "status", "status": 500, "times": 2},
    "502": {"kind": "status", "status": 502},
    "503": {"kind": "status", "status": 503, "wait": "0"},
    "429 with a pause in seconds": {"kind": "status", "status": 429, "wait": "0", "times": 2},
    "429 with a date": {"kind": "status", "status": 429, "wait": "Wed, 21 Oct 2015 07:28:00 GMT"},
    "429 without a pause": {"kind": "status", "status": 429},
    "truncated JSON": {"kind": "bytes", "edit": lambda content: content[:-50]},
    "HTML instead of JSON": {"kind": "html"},
    "connection dropped in the middle": {"kind": "cut_connection"},
    "connection closed without an answer": {"kind": "hang_up"},
    "not UTF-8": {"kind": "bytes", "edit": lambda content: content.replace(b"China", b"\xd6\xd0\xb9\xfa")},
    "wrong page count": {"kind": "edit", "edit": with_header(pages=9), "page": 1},
    "wrong page": {"kind": "edit", "edit": with_header(page=1), "page": 2},
    "a row is missing": {"kind": "edit", "edit": lambda value: [value[0], value[1][1:]]},
    "changed total between pages": {"kind": "edit", "edit": with_header(total=15), "page": 3},
    "changed date between pages": {"kind": "edit", "edit": with_header(lastupdated="2026-11-01"), "page": 2},
    "duplicate rows": {"kind": "edit", "edit": repeat_first_row, "page": 1},
    "another indicator": {"kind": "edit", "edit": of_another_indicator},
    "text for a value": {"kind": "edit", "edit": with_first(value="12,5")},
    "NaN for a value": {"kind": "edit", "edit": with_first(value=float("nan"))},
    "no date of update": {"kind": "edit", "edit": with_header(lastupdated=None)},
    "no total": {"kind": "edit", "edit": lambda value: [{"page": 1}, value[1]]},
    "an object": {"kind": "edit", "edit": lambda value: {"rows": value}},
    "rows without keys": {"kind": "edit", "edit": lambda value: [value[0], [{} for _ in value[1]]]},
    "service unavailable, as a message": {
        "kind": "edit",
        "edit": lambda _: [{"message": [{"id": "105", "key": "Service currently unavailable", "value": "busy"}]}],
    },
}  # fmt: skip


@pytest.mark.parametrize("name", PASSING)
def test_a_fault_that_passes_costs_nothing(bank, tmp_path, name):
    bank.fault(**({"code": "NV.IND.MANF.ZS"} | PASSING[name]))
    bring(bank, tmp_path)
    assert all(fault["times"] == 0 for fault in bank.faults)
    assert_whole(bank, tmp_path)


@pytest.mark.parametrize("name", PASSING)
def test_a_fault_that_stays_leaves_the_old_data_and_says_what_it_was(bank, tmp_path, name):
    bring(bank, tmp_path)
    before = everything(tmp_path)
    bank.updated = {"2": "2026-12-01", "3": "2026-12-01"}
    bank.fault(**({"code": "NV.IND.MANF.ZS"} | PASSING[name] | {"times": 99}))
    with refused(SourceError, "fetching.answer_not_whole"):
        bring(bank, tmp_path)
    assert everything(tmp_path) == before
    assert_whole(bank, tmp_path)
    bank.faults.clear()
    asked = bank.asked["IT.NET.USER.ZS"]
    fetched = bring(bank, tmp_path)
    assert fetched.vintage.name == "2026-12-01"
    assert bank.asked["IT.NET.USER.ZS"] - asked in (0, 3)
    assert_whole(bank, tmp_path)


@pytest.mark.parametrize("fault", [{"kind": "slow", "seconds": 0.6}, {"kind": "drip"}])
def test_a_slow_answer_ends_at_the_timeout(bank, tmp_path, fault):
    bank.fault(**fault, times=99)
    started = time.monotonic()
    with refused(SourceError, "fetching.answer_not_whole", last="answers.too_slow"):
        bring(bank, tmp_path, ["IT.NET.USER.ZS"], Manners(timeout=0.2, attempts=2, first_pause=0.01))
    assert time.monotonic() - started < 2.0
    assert everything(tmp_path) == {}


def test_a_server_that_asks_for_a_long_pause_is_left_alone(bank, tmp_path):
    bank.fault("status", status=429, wait="86400", times=99)
    with refused(SourceError, "fetching.answer_not_whole", last="answers.busy_for"):
        bring(bank, tmp_path, ["IT.NET.USER.ZS"])
    assert bank.asked["IT.NET.USER.ZS"] == 1


def test_a_pause_that_the_server_asks_for_holds_for_every_request(bank, tmp_path):
    bank.fault("status", status=429, wait="1")
    started = time.monotonic()
    bring(bank, tmp_path, CODES, Manners(timeout=5, attempts=3, workers=1, first_pause=0.01))
    assert 1.0 <= time.monotonic() - started < 3.0
    assert_whole(bank, tmp_path)


def test_no_server_is_told_plainly(tmp_path):
    with refused(SourceError, "fetching.answer_not_whole", last="answers.no_connection"):
        fetch(
            "world_bank", parts=["SP.POP.TOTL"], address="http://127.0.0.1:9/v2", manners=QUICK, folder=tmp_path
        )  # fmt: skip


@pytest.mark.parametrize("address", ["no address", "ftp://host/v2", "http://"])
def test_what_is_no_address_is_told_at_once(tmp_path, address):
    with refused(SourceError, "fetching.not_an_address"):
        fetch("world_bank", parts=["SP.POP.TOTL"], address=address, manners=QUICK, folder=tmp_path)


def test_an_unknown_code_is_told_in_the_words_of_the_api(bank, tmp_path):
    with refused(SourceError, "sources.api_refused", code="NO.SUCH.CODE"):
        bring(bank, tmp_path, ["NO.SUCH.CODE"])
    assert bank.asked["NO.SUCH.CODE"] == 1
    with refused(SourceError, "fetching.codes_not_readable"):
        bring(bank, tmp_path, ["../../etc/passwd"])


def test_a_refusal_is_not_repeated(bank, tmp_path):
    bank.fault("status", status=403, times=99)
    with refused(SourceError, "fetching.access_denied", got="HTTP 403"):
        bring(bank, tmp_path, ["IT.NET.USER.ZS"])
    assert bank.asked["IT.NET.USER.ZS"] == 1


def test_a_code_of_the_catalogue_that_is_gone_is_left_out_with_a_note(bank, tmp_path):
    for code in find_publisher("world_bank").parts:
        bank.add(code, database="3" if code.startswith("GOV_WGI") else "2")
    del bank.values["IC.REG.DURS"]
    fetched = fetch("world_bank", address=bank.address, manners=QUICK, folder=tmp_path)
    assert set(find_publisher("world_bank").parts) - set(fetched.vintage.parts) == {"IC.REG.DURS"}
    (note,) = fetched.notes
    assert note.en.startswith("IC.REG.DURS is left out: the API's message: 175")
    bank.values.clear()
    with refused(SourceError, "sources.api_refused"):
        fetch("world_bank", address=bank.address, manners=QUICK, folder=tmp_path / "other")


def test_archived_codes_bring_their_successors_with_a_note(bank, tmp_path):
    fetched = bring(bank, tmp_path, ["GE.EST"])
    assert list(fetched.vintage.parts) == ["GOV_WGI_GE.EST"]
    assert "GE.EST is archived; GOV_WGI_GE.EST instead" in fetched.notes[0].en
    assert "已归档" in fetched.notes[0].zh


def test_older_country_codes_become_present_ones(bank, tmp_path):
    bank.add("TEST", countries={"ROM": "", "ZAR": "", "WBG": ""})
    bring(bank, tmp_path, ["TEST"])
    assert set(load_fetched("world_bank", folder=tmp_path)["annual"]["country"]) == {"ROU", "COD", "PSE"}


def test_an_economy_under_its_older_and_its_present_code_is_a_repetition(bank, tmp_path):
    bank.add("TEST", countries={"ROM": "", "ROU": ""})
    with refused(SourceError, "fetching.answer_not_whole", last="answers.rows_twice"):
        bring(bank, tmp_path, ["TEST"])


def test_a_database_renewed_meanwhile_is_fetched_again_in_one_vintage(bank, tmp_path):
    bank.fault("edit", edit=with_header(lastupdated="2026-07-01"), code="NV.IND.MANF.ZS", times=3)
    bring(bank, tmp_path)
    assert {part["updated"] for part in find_vintage("world_bank", folder=tmp_path).parts.values()} == {
        "2026-10-08",
        "2026-09-23",
    }
    bank.fault("edit", edit=with_header(lastupdated="2026-07-01"), code="NV.IND.MANF.ZS", times=99)
    before = everything(tmp_path)
    with refused(SourceError, "fetching.dates_of_update_differ"):
        bring(bank, tmp_path)
    assert everything(tmp_path) == before


def test_a_vintage_is_completed_but_never_changed(bank, tmp_path):
    bring(bank, tmp_path, CODES[:1])
    bring(bank, tmp_path, CODES[1:])
    assert set(find_vintage("world_bank", folder=tmp_path).parts) == set(CODES)
    before = everything(tmp_path)
    bring(bank, tmp_path)
    assert everything(tmp_path) == before
    bank.add("IT.NET.USER.ZS", shift=1.0)
    assert bring(bank, tmp_path, CODES[:1]).vintage.name == "2026-10-08_2"
    assert before.items() <= everything(tmp_path).items()
    assert [vintage.name for vintage in list_vintages("world_bank", tmp_path)] == [
        "2026-10-08",
        "2026-10-08_2",
    ]


def test_a_damaged_file_is_noticed_and_put_back(bank, tmp_path):
    path = bring(bank, tmp_path).vintage.folder / "IT.NET.USER.ZS.csv"
    whole = path.read_bytes()
    path.write_bytes(whole[:-10])
    with refused(SourceError, "fetching.vintage_changed", where="IT.NET.USER.ZS.csv"):
        load_fetched("world_bank", folder=tmp_path)
    bring(bank, tmp_path)
    assert path.read_bytes() == whole


def test_damaged_staging_is_fetched_again(bank, tmp_path):
    bank.fault("html", code="NV.IND.MANF.ZS", times=99)
    with pytest.raises(SourceError):
        bring(bank, tmp_path, CODES, Manners(timeout=5, attempts=2, workers=1, first_pause=0.01))
    staged = tmp_path / "world_bank" / ".staging" / "IT.NET.USER.ZS.part"
    staged.write_bytes(staged.read_bytes()[:-10])
    bank.faults.clear()
    bring(bank, tmp_path)
    assert_whole(bank, tmp_path)


def command(bank, folder, *options):
    return [sys.executable, "-m", "digimfg", "data", "fetch", "world_bank", "--base-url", bank.address, *options], {
        **os.environ, "DIGIMFG_FETCHED": str(folder), "no_proxy": "127.0.0.1",
    }  # fmt: skip


def test_a_killed_fetch_goes_on_where_it_stopped(bank, tmp_path):
    bring(bank, tmp_path)
    before = everything(tmp_path)
    bank.updated = {"2": "2026-12-01", "3": "2026-12-01"}
    for number in range(6):
        bank.add(f"TEST.{number}")
    codes = ",".join(f"TEST.{number}" for number in range(6))
    bank.fault("block", code="TEST.5")
    arguments, environment = command(bank, tmp_path, "--indicators", codes)
    process = subprocess.Popen(
        arguments, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )  # fmt: skip
    assert bank.blocked.wait(30)
    staging = tmp_path / "world_bank" / ".staging"
    deadline = time.monotonic() + 10
    while len(list(staging.glob("TEST.*.json"))) < 5 and time.monotonic() < deadline:
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    bank.release.set()
    assert everything(tmp_path) == before
    assert len(list(staging.glob("TEST.*.json"))) == 5
    asked = dict(bank.asked)
    done = subprocess.run(arguments, env=environment, capture_output=True, text=True, check=True)
    assert "1 fetched, 5 kept from before" in done.stderr
    assert {code for code in bank.asked if bank.asked[code] != asked[code]} == {"TEST.5"}
    assert before.items() <= everything(tmp_path).items()
    assert_whole(bank, tmp_path, [f"TEST.{number}" for number in range(6)])


def test_the_command_says_what_failed_without_a_traceback(bank, tmp_path):
    bank.fault("html", times=99)
    arguments, environment = command(bank, tmp_path, "--attempts", "1")
    done = subprocess.run(arguments, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "a web page (HTML or XML) instead of JSON" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    assert everything(tmp_path) == {}


def test_what_was_fetched_stands_in_the_panel_and_in_the_estimate(bank, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("DIGIMFG_FETCHED", str(tmp_path))
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with pytest.raises(SystemExit) as end:
        main(["data", "fetch", "world_bank", "--base-url", bank.address, "--indicators", ",".join(CODES)])
    assert end.value.code == 0
    printed = capsys.readouterr()
    assert printed.out == str(tmp_path / "world_bank" / "2026-10-08" / "manifest.json") + "\n"
    assert "3 fetched, 0 kept" in printed.err
    annual = dm.load_panel("world", vintage="latest")
    found = annual[["country", "year", "manufacturing_gdp_pct"]].dropna().reset_index(drop=True)
    expected = truth(bank, "NV.IND.MANF.ZS").set_axis(found.columns, axis=1)
    pd.testing.assert_frame_equal(found, expected, check_dtype=False)
    spec = dm.Specification("manufacturing_gdp_pct", "internet_users_pct")
    assert "vintage 2026-10-08" in dm.estimate(spec, annual).notes[0].en


def test_without_a_name_the_publishers_and_their_vintages_are_listed(bank, tmp_path, monkeypatch, capsys):
    bring(bank, tmp_path)
    monkeypatch.setenv("DIGIMFG_FETCHED", str(tmp_path))
    with pytest.raises(SystemExit):
        main(["data", "fetch"])
    printed = capsys.readouterr().out
    assert "world_bank\tWorld Bank, annual indicators\t" in printed
    assert "2026-10-08" in printed
    assert "penn_world_table_11" in printed
