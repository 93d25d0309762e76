"""Errata lie over the printed words; users add and override their own."""

import pandas as pd
import pytest
from refused import refused

import digimfg as dm
from digimfg.errors import DigimfgError, Fault, PanelError
from digimfg.paper.corrections import mistakes
from digimfg.paper.errata_file import shipped_errata


def own(tmp_path, **changes):
    values = {
        "register": "institutes", "row": "mxd", "column": "investment", "printed": "83 / 10.6", "proposed": "8.3 / 25",
        "confidence": "likely", "evidence": "announced: $250 million of partners", "source": "City of Chicago", "date": "2014",
    } | changes  # fmt: skip
    path = tmp_path / "errata.toml"
    lines = [f"{name} = '{value}'" for name, value in values.items() if value is not None]
    path.write_text("[[errata]]\n" + "\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_every_erratum_has_evidence_a_source_and_a_date():
    for erratum in shipped_errata():
        assert erratum.evidence.en, erratum.address
        assert erratum.evidence.zh != erratum.evidence.en
        assert erratum.source, erratum.address
        assert erratum.date[:4].isdigit(), erratum.address
        assert erratum.checked


def test_the_certain_ones_rest_on_no_mirror_and_no_page_of_tags():
    weak = ("tag", "wiki", "tcmsay", "blogspot")
    certain = [erratum for erratum in shipped_errata() if erratum.confidence == "certain"]
    assert certain
    assert [
        erratum.address for erratum in certain if any(word in erratum.source.lower() for word in weak)
    ] == []


def test_totals_count_what_a_reader_would_call_an_error_once_per_cause():
    totals = {name: mistakes(dm.errata(name)) for name in dm.list_registers()["register"]}
    assert totals["policies"] == {"error": 5, "slip": 3, "imprecise": 4, "question": 3}
    assert totals["paradigms"]["error"] == 1
    assert totals["funding"]["error"] == 1
    assert totals["concepts"] == {"error": 2, "slip": 0, "imprecise": 0, "question": 1}
    assert dm.list_registers().set_index("register")["errors"].to_dict() == {
        name: counts["error"] for name, counts in totals.items()
    }
    frame = dm.errata("policies")
    date = frame[(frame["column"] == "date") & (frame["confidence"] != "open")].set_index("row")
    assert set(date.index[date["severity"] == "imprecise"]) == {
        "ai_leadership", "ai_roadmap", "broadband_plan", "wireless_broadband",
    }  # fmt: skip
    printed = dm.register("policies", "as_printed").set_index("policy")["date"]
    assert printed[["ai_leadership", "ai_roadmap"]].isna().all()
    assert (date.loc[["broadband_plan", "wireless_broadband"], "printed"] == "2007—2010年").all()


def test_an_open_erratum_is_a_question_and_no_error():
    for erratum in shipped_errata():
        assert erratum.confidence != "open" or erratum.severity == "question", erratum.address


def test_the_printed_order_of_table_2_is_right_once_its_date_is():
    assert dm.errata("institutes").query("column == 'position'").empty
    dates = dm.register("institutes").set_index("institute")["established"]
    assert dates["cesmii"] <= dates["biofabusa"] <= dates["arm"]


def test_the_history_of_the_concept_is_corrected():
    concepts = dm.register("concepts").set_index("concept")
    assert concepts.loc["paradigm", "concept_author"] == "Kuhn[16]"
    assert "弗里曼" not in concepts.loc["joint_development", "statement_zh"]
    assert concepts.loc["three_levels", "date"] == "1992"
    assert "date" in concepts.loc["three_levels", "open_cells"]


def test_a_programme_named_twice_in_a_sentence_is_listed():
    named = dm.errata("policies").set_index(["row", "column"])
    assert named.loc[("sttr", "alias"), ["first_line", "severity"]].tolist() == [414, "error"]


def test_no_cell_has_two_errata():
    addresses = [erratum.address for erratum in shipped_errata()]
    assert len(addresses) == len(set(addresses))


def test_certain_and_likely_errata_are_applied_and_open_ones_are_not():
    cells = {
        name: dm.register_cells(name).set_index(["row", "column"]) for name in dm.list_registers()["register"]
    }
    for erratum in shipped_errata():
        corrected = cells[erratum.register].loc[(erratum.row, erratum.column), "corrected"]
        if erratum.confidence == "open":
            assert corrected == erratum.printed
        elif erratum.action == "drop":
            assert pd.isna(corrected)
        else:
            assert corrected == erratum.proposed


def test_the_report_can_be_cut_to_one_register():
    frame = dm.errata("institutes")
    assert set(frame["register"]) == {"institutes"}
    assert len(dm.errata()) == len(shipped_errata())
    assert frame.loc[frame["row"] == "cymanii", "first_line"].tolist() == [617, 619, 622]


def test_an_erratum_of_ones_own_overrides_ours_for_its_cell_only(tmp_path):
    mine = dm.read_errata(own(tmp_path))
    frame = dm.register("institutes", errata=mine).set_index("institute")
    assert frame.loc["mxd", "nonfederal_million_usd"] == pytest.approx(250)
    assert frame.loc["arm", "nonfederal_million_usd"] == pytest.approx(173)
    listed = dm.errata("institutes", mine).set_index(["row", "column"])
    assert listed.loc[("mxd", "investment"), "origin"] == "errata.toml"
    assert listed.loc[("mxd", "lead"), "origin"] == "digimfg"


def test_an_erratum_of_ones_own_can_reopen_a_cell(tmp_path):
    mine = dm.read_errata(own(tmp_path, confidence="open"))
    frame = dm.register("institutes", errata=mine).set_index("institute")
    assert frame.loc["mxd", "investment"] == "83 / 10.6"
    assert "investment" in frame.loc["mxd", "open_cells"]


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"row": "mdx"}, Fault.of("names.unknown_name", near="mxd")),
        ({"column": "investments"}, Fault.of("names.unknown_name", near="investment")),
        ({"printed": "83 / 10.7"}, Fault.of("paper.printed_words_differ", words="83 / 10.6")),
    ],
)
def test_an_erratum_for_a_cell_that_is_not_there_or_reads_otherwise_is_named(tmp_path, changes, kind):
    mine = dm.read_errata(own(tmp_path, **changes))
    with refused(DigimfgError, kind, where="errata.toml"):
        dm.register("institutes", errata=mine)


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"confidence": "sure"}, Fault.of("file_forms.not_a_choice", value="'sure'")),
        ({"source": None}, Fault.of("file_forms.field_lacking", name="source")),
        ({"sauce": "x"}, Fault.of("file_forms.field_unknown", name="sauce")),
        ({"action": "burn"}, Fault.of("file_forms.not_a_choice", value="'burn'")),
        ({"severity": "grave"}, Fault.of("file_forms.not_a_choice", value="'grave'")),
    ],
)
def test_a_malformed_erratum_is_named(tmp_path, changes, kind):
    with refused(DigimfgError, kind):
        dm.read_errata(own(tmp_path, **changes))


def test_a_missing_or_broken_file_is_named(tmp_path):
    with refused(DigimfgError, "file_forms.file_not_there", where="nowhere"):
        dm.read_errata(tmp_path / "nowhere.toml")
    broken = tmp_path / "broken.toml"
    broken.write_text("[[errata", encoding="utf-8")
    with refused(DigimfgError, "file_forms.toml_invalid"):
        dm.read_errata(broken)


def test_a_correction_that_cannot_be_typed_is_named(tmp_path):
    mine = dm.read_errata(own(tmp_path, column="members", printed="325", proposed="many"))
    with refused(DigimfgError, "paper.number_unreadable", got="many"):
        dm.register("institutes", errata=mine)
    mine = dm.read_errata(
        own(tmp_path, row="header", column="investment_unit", printed="亿美元", proposed="亿元")
    )
    with refused(PanelError, "paper.register_not_as_described"):
        dm.register("institutes", errata=mine)
