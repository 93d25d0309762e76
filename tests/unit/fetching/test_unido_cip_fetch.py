"""UNIDO's index: the economies are asked for first, each is one part, and codes without data are told together."""

import os
import signal
import subprocess
import sys
import time

import pytest
from refused import refused

from digimfg.cli import main
from digimfg.errors import Fault, SourceError
from digimfg.fetching.client import Manners
from digimfg.fetching.fetch import fetch
from digimfg.fetching.vintages import load_fetched
from digimfg.panels.store import processed_folder
from digimfg.sources.country_codes import read
from digimfg.sources.numeric_codes import economies_by_number


def not_whole(kind):
    return Fault.of("fetching.answer_not_whole", last=f"answers.{kind}")


QUICK = Manners(timeout=5.0, attempts=3, workers=2, first_pause=0.01)
ECONOMIES = ["CHN", "DEU", "USA", "XKX"]


def bring(industry, folder, **options):
    return fetch("unido_cip", address=industry.address, manners=QUICK, folder=folder, **options)


def everything(folder):
    return {
        path.relative_to(folder): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".staging" not in path.parts
    }


def test_a_fetch_brings_every_economy_that_has_the_index(industry, tmp_path):
    fetched = bring(industry, tmp_path)
    assert sorted(fetched.vintage.parts) == ECONOMIES
    assert [note.en for note in fetched.notes] == [
        "codes that are no economies of ISO 3166 are left out: 900",
        "AFG is left out: HTTP 400 Bad Request",
    ]
    assert all(note.zh != note.en for note in fetched.notes)
    assert dict(industry.asked) == {"structure": 1, "004": 1, "156": 1, "276": 1, "840": 1, "412": 1}
    assert all(agent.startswith("digimfg/") for agent in industry.agents)
    assert industry.most_at_once <= QUICK.workers


def test_the_last_year_of_all_economies_names_the_vintage_though_they_end_in_different_ones(
    industry, tmp_path
):
    fetched = bring(industry, tmp_path)
    assert fetched.vintage.name == "2023"
    assert {name: part["updated"] for name, part in fetched.vintage.parts.items()} == {
        "CHN": "2023", "DEU": "2023", "USA": "2022", "XKX": "2020",
    }  # fmt: skip
    assert fetched.asked == 5


def test_values_are_read_as_the_service_wrote_them(industry, tmp_path):
    bring(industry, tmp_path)
    annual = load_fetched("unido_cip", folder=tmp_path)["annual"]
    assert list(annual) == ["country", "year", "cip", "cipRank"]
    held = annual.set_index(["country", "year"])
    for number, country in (("156", "CHN"), ("840", "USA"), ("412", "XKX")):
        for (indicator, year), value in industry.values[number].items():
            found = held.loc[(country, year), indicator]
            assert found == value or (value is None and found != found)
    assert len(annual) == 6 + 6 + 5 + 3
    text = (tmp_path / "unido_cip" / "2023" / "CHN.csv").read_text()
    assert text.startswith("country,indicator,year,value\n156,cip,2018,0.3\n")
    assert "156,cip,2021,\n" in text


def test_codes_without_data_are_told_in_one_line_a_reason(industry, tmp_path):
    for number in ("012", "008"):
        industry.codes.append(number)
    industry.codes.append("024")
    industry.values["024"] = {("cip", 2020): None, ("cipRank", 2020): None}
    fetched = bring(industry, tmp_path)
    assert [note.en for note in fetched.notes][1:] == [
        "AFG, ALB, DZA are left out: HTTP 400 Bad Request",
        "AGO is left out: no value of cip",
    ]


def test_numbers_of_economies_are_those_of_the_shipped_table():
    rows = read(processed_folder().parent / "raw" / "country_codes")["countries"]
    path = processed_folder().parent / "raw" / "country_codes" / "countries.csv"
    shipped = dict(line.split(",")[0:4:3] for line in path.read_text(encoding="utf-8").splitlines()[1:])
    known = {country: number for number, country in economies_by_number().items()}
    assert set(known) == set(rows["country"])
    assert {code: number for code, number in known.items() if code != "XKX"} == {
        code: number for code, number in shipped.items() if code != "XKK"
    }


PASSING = {
    "500": {"kind": "status", "status": 500, "times": 2},
    "429": {"kind": "status", "status": 429, "wait": "0"},
    "truncated JSON": {"kind": "bytes", "edit": lambda content: content[:-9]},
    "HTML instead of JSON": {"kind": "html"},
    "connection dropped in the middle": {"kind": "cut_connection"},
}


@pytest.mark.parametrize("code", ["structure", "156"])
@pytest.mark.parametrize("name", PASSING)
def test_a_fault_that_passes_costs_nothing(industry, tmp_path, name, code):
    industry.fault(**PASSING[name], code=code)
    assert sorted(bring(industry, tmp_path).vintage.parts) == ECONOMIES
    assert all(fault["times"] == 0 for fault in industry.faults)


def with_series(change):
    """Return an edit of the one data set's series."""

    def edit(value):
        data = value["data"]["dataSets"][0]
        data["series"] = change(dict(data["series"]))
        return value

    return edit


def with_value(value):
    return with_series(
        lambda series: series | {"156.cip.NA.NA": {"observations": {"2020": [[value]], "2019": [[0.2]]}}}
    )


def twice(content):
    return content.replace(b'"2018": [[0.3]]', b'"2018": [[0.3]], "2018": [[0.31]]')


STAYING = {
    "another economy": (with_series(lambda series: {key.replace("156", "158"): held for key, held in series.items()}), not_whole("values_of_others")),
    "another scale": (with_value(30.5), not_whole("other_scale")),
    "text for a value": (with_value("0.3"), not_whole("no_number_at")),
    "an object for a value": (with_value({"v": 1}), not_whole("no_number_at")),
    "NaN for a value": (with_value(float("nan")), not_whole("json_broken")),
    "a number beyond all numbers": (with_value(10**400), not_whole("no_number_at")),
    "true for a value": (with_value(True), not_whole("no_number_at")),
    "a month": (with_series(lambda series: series | {"156.cip.NA.NA": {"observations": {"2020 M01": [[0.1]]}}}), not_whole("no_number_at")),
    "an indicator twice": (with_series(lambda series: series | {"156.cip.C.NA": series["156.cip.NA.NA"]}), not_whole("observations_twice")),
    "fewer dimensions in the key": (with_series(lambda series: {"156.cip": series["156.cip.NA.NA"]}), not_whole("series_of_other_dimensions")),
    "no observations": (with_series(lambda series: {"156.cip.NA.NA": {}}), not_whole("json_of_other_form")),
    "flat observations": (with_series(lambda series: {"156.cip.NA.NA": {"observations": {"2020": [0.3]}}}), not_whole("json_of_other_form")),
    "an unsafe indicator": (with_series(lambda series: {"156.a,b.NA.NA": series["156.cip.NA.NA"]}), not_whole("indicator_of_other_form")),
    "another structure": (lambda value: {"structures": value}, not_whole("json_of_other_form")),
    "dimensions as numbers": (lambda value: value["data"]["structure"]["dimensions"].update(series=7) or value, not_whole("json_of_other_form")),
    "a list": (lambda value: [value], not_whole("json_of_other_form")),
}  # fmt: skip


@pytest.mark.parametrize("name", STAYING)
def test_an_answer_that_is_not_what_was_asked_for_leaves_the_old_data(industry, tmp_path, name):
    bring(industry, tmp_path)
    before = everything(tmp_path)
    edit, kind = STAYING[name]
    industry.fault("edit", edit=edit, code="156", times=99)
    with refused(SourceError, kind, where="CIP/latest/156"):
        bring(industry, tmp_path)
    assert everything(tmp_path) == before
    industry.faults.clear()
    assert bring(industry, tmp_path).vintage.name == "2023"


def test_a_year_twice_in_one_series_is_noticed(industry, tmp_path):
    industry.fault("bytes", edit=twice, code="156", times=99)
    with refused(SourceError, "fetching.answer_not_whole", last="answers.name_twice"):
        bring(industry, tmp_path)
    assert everything(tmp_path) == {}


def without_index(value):
    for dimension in value["data"]["dataStructures"][0]["dataStructureComponents"]["dimensionList"][
        "dimensions"
    ]:
        held = dimension.get("localRepresentation", {}).get("enumeration", [])
        held[:] = [entry for entry in held if entry["id"] != "cip"]
    return value


def with_economies(*codes):
    def edit(value):
        parts = value["data"]["dataStructures"][0]["dataStructureComponents"]["dimensionList"]["dimensions"]
        parts[0]["localRepresentation"]["enumeration"] = [{"id": code} for code in codes]
        return value

    return edit


BROKEN = {
    "no index": (without_index, not_whole("no_such_indicator")),
    "an economy twice": (
        with_economies("156", "156"),
        not_whole("economy_twice"),
    ),
    "numbers for codes": (
        with_economies(156),
        not_whole("economy_twice"),
    ),
    "letters for codes": (
        with_economies("CHN", "DEU"),
        not_whole("no_economy"),
    ),
    "no economies": (with_economies(), not_whole("no_economy")),
    "another structure": (
        lambda value: value["data"],
        not_whole("json_of_other_form"),
    ),
    "a list": (lambda _: [], not_whole("json_of_other_form")),
    "a page": (None, not_whole("web_page_for_json")),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_catalogue_ends_the_fetch_before_any_economy_is_asked_for(industry, tmp_path, name):
    edit, kind = BROKEN[name]
    industry.fault(*(["html"] if edit is None else ["edit"]), edit=edit, code="structure", times=99)
    with refused(SourceError, kind):
        bring(industry, tmp_path)
    assert set(industry.asked) == {"structure"}
    assert everything(tmp_path) == {}


def test_a_service_that_refuses_everything_is_no_empty_vintage(industry, tmp_path):
    bring(industry, tmp_path)
    before = everything(tmp_path)
    industry.values.clear()
    with refused(SourceError, "fetching.address_refused", got="HTTP 400"):
        bring(industry, tmp_path)
    assert everything(tmp_path) == before


def test_an_economy_that_an_earlier_vintage_has_is_told_apart_when_it_is_gone(industry, tmp_path):
    bring(industry, tmp_path)
    del industry.values["276"]
    industry.values["156"]["cip", 2023] = 0.5
    fetched = bring(industry, tmp_path)
    assert fetched.vintage.name == "2023_2"
    assert [note.en for note in fetched.notes[1:]] == [
        "AFG, DEU are left out: HTTP 400 Bad Request",
        "look into this: vintage 2023 has DEU, and the publisher now gives nothing for it",
    ]


def test_refusals_cost_no_new_connections(industry, tmp_path):
    industry.codes += [number for number in sorted(economies_by_number()) if number not in industry.codes][
        :60
    ]
    fetched = bring(industry, tmp_path)
    assert sorted(fetched.vintage.parts) == ECONOMIES
    assert len(industry.connections) <= 1 + QUICK.workers


def test_another_refusal_than_of_one_economy_ends_the_fetch(industry, tmp_path):
    industry.fault("status", status=406, code="276", times=99)
    with refused(SourceError, "fetching.address_refused", got="HTTP 406"):
        bring(industry, tmp_path)
    assert everything(tmp_path) == {}


def test_economies_asked_for_by_name_need_no_catalogue(industry, tmp_path):
    assert sorted(bring(industry, tmp_path, parts=["USA", "CHN"]).vintage.parts) == ["CHN", "USA"]
    assert set(industry.asked) == {"840", "156"}
    with refused(SourceError, "fetching.address_refused", got="HTTP 400"):
        bring(industry, tmp_path, parts=["AFG"])
    with refused(SourceError, "sources.economy_not_a_code"):
        bring(industry, tmp_path, parts=["156"])


def test_an_economy_without_a_series_is_left_out(industry, tmp_path):
    industry.fault(
        "edit", edit=lambda value: {"data": value["data"] | {"dataSets": []}}, code="840", times=99
    )
    fetched = bring(industry, tmp_path)
    assert sorted(fetched.vintage.parts) == ["CHN", "DEU", "XKX"]
    assert fetched.notes[-1].en == "USA is left out: no value of cip"


@pytest.mark.parametrize(("hours", "kept"), [(23, 3), (25, 0), (-25, 0)])
def test_parts_from_another_day_are_asked_for_again_since_they_may_be_of_an_earlier_release(
    industry, tmp_path, hours, kept
):
    industry.fault("html", code="840", times=99)
    with pytest.raises(SourceError):
        fetch(
            "unido_cip",
            address=industry.address,
            manners=Manners(timeout=5.0, attempts=2, workers=1, first_pause=0.01),
            folder=tmp_path,
            parts=["CHN", "DEU", "XKX", "USA"],
        )
    staged = list((tmp_path / "unido_cip" / ".staging").glob("*.json"))
    assert len(staged) == 3
    for path in staged:
        then = time.time() - hours * 3600
        os.utime(path, (then, then))
    industry.faults.clear()
    fetched = bring(industry, tmp_path, parts=["CHN", "DEU", "XKX", "USA"])
    assert (fetched.kept, fetched.asked) == (kept, 4 - kept)


def test_the_folder_of_fetched_data_may_be_given_as_text(industry, tmp_path):
    bring(industry, str(tmp_path))
    assert sorted(load_fetched("unido_cip", folder=str(tmp_path))["annual"]["country"].unique()) == ECONOMIES


def test_a_killed_fetch_goes_on_where_it_stopped(industry, tmp_path):
    industry.fault("block", code="840")
    arguments = [
        sys.executable, "-m", "digimfg", "data", "fetch", "unido_cip", "--base-url", industry.address,
    ]  # fmt: skip
    environment = {**os.environ, "DIGIMFG_FETCHED": str(tmp_path), "no_proxy": "127.0.0.1"}
    process = subprocess.Popen(
        arguments, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )  # fmt: skip
    assert industry.blocked.wait(30)
    staging = tmp_path / "unido_cip" / ".staging"
    deadline = time.monotonic() + 10
    while len(list(staging.glob("*.json"))) < 3 and time.monotonic() < deadline:
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    industry.release.set()
    assert everything(tmp_path) == {}
    asked = dict(industry.asked)
    done = subprocess.run(arguments, env=environment, capture_output=True, text=True, check=True)
    assert "2 fetched, 3 kept from before" in done.stderr
    assert {code for code in industry.asked if industry.asked[code] != asked[code]} == {
        "structure",
        "004",
        "840",
    }
    assert sorted(load_fetched("unido_cip", folder=tmp_path)["annual"]["country"].unique()) == ECONOMIES


def test_the_list_of_publishers_says_that_the_parts_are_asked_for(industry, tmp_path, monkeypatch, capsys):
    bring(industry, tmp_path)
    monkeypatch.setenv("DIGIMFG_FETCHED", str(tmp_path))
    with pytest.raises(SystemExit):
        main(["data", "fetch"])
    rows = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    (listed,) = (row for row in rows if row[0] == "unido_cip")
    assert listed[1:3] == ["UNIDO Competitive Industrial Performance", "asked for"]
    assert listed[4] == "2023"
    (listed,) = (row for row in rows if row[0] == "un_egovernment")
    assert listed[2] == "1"
