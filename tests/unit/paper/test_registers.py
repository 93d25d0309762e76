"""Registers are typed data in two views."""

import math

import pandas as pd
import pytest
from refused import refused

import digimfg as dm
from digimfg.errors import DigimfgError, PanelError
from digimfg.paper.parsing import administration, parse_amount, parse_date, parse_span
from digimfg.paper.views import validate_register
from digimfg.spelling import tidy

NAMES = ["concepts", "funding", "institutes", "paradigms", "paths", "policies", "stem_policies", "waves"]


def test_the_registers_are_those_of_the_paper():
    assert dm.list_registers()["register"].tolist() == NAMES
    assert dm.list_registers().set_index("register")["rows"].to_dict() == {
        "concepts": 5, "funding": 20, "institutes": 12, "paradigms": 4 * 13, "paths": 6, "policies": 33, "stem_policies": 12, "waves": 6,
    }  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("view", ["as_printed", "corrected"])
def test_every_register_keeps_its_schema_in_both_views(name, view):
    frame = dm.register(name, view)
    assert validate_register(frame, name) is frame
    assert not frame.empty


@pytest.mark.parametrize("name", NAMES)
def test_a_register_is_the_same_at_every_call_and_a_change_to_one_does_not_reach_the_next(name):
    first = dm.register(name)
    first.iloc[:, 0] = first.iloc[0, 0]
    pd.testing.assert_frame_equal(dm.register(name), dm.register(name))
    assert not dm.register(name).equals(first)


def test_the_corrected_institutes_add_up():
    institutes = dm.register("institutes")
    assert institutes["federal_million_usd"].tolist() == [65, 83, 70, 70, 110, 75, 70, 80, 80, 70, 70, 70]
    assert institutes["nonfederal_million_usd"].sum() == pytest.approx(1725)
    assert institutes["members"].sum() == 1540
    assert institutes["investment_unit"].unique().tolist() == ["千万美元"]


def test_the_printed_view_reads_what_can_be_read_in_the_printed_unit_and_no_more():
    printed = dm.register("institutes", "as_printed").set_index("institute")
    assert printed.loc["lift", ["federal_million_usd", "nonfederal_million_usd"]].tolist() == [700, 780]
    assert math.isnan(printed.loc["aim_photonics", "federal_million_usd"])
    assert printed.loc["aim_photonics", "investment"] == "1150.2"
    assert printed.loc["america_makes", "established"] == "2021-08"
    assert printed.loc["cymanii", "institute_lead_zh"] == printed.loc["arm", "institute_lead_zh"]


def test_the_corrected_view_puts_rows_in_order_and_marks_what_it_touched():
    corrected = dm.register("institutes").set_index("institute")
    assert corrected["established"].tolist() == sorted(corrected["established"])
    assert "investment" in corrected.loc["arm", "corrected_cells"].split("; ")
    assert "members" in corrected.loc["niimbl", "open_cells"].split("; ")
    assert corrected.loc["niimbl", "members"] == 69
    assert (dm.register("institutes", "as_printed")[["corrected_cells", "open_cells"]] == "").all(axis=None)


def test_materials_move_to_their_row_and_what_is_lost_stays_missing():
    table = dm.register("paradigms").set_index(["dimension", "revolution"])["value_zh"]
    assert table.loc[("key_material", 3)] == "硅、稀土、信息等"
    assert table.loc["emerging_energy"].isna().tolist() == [False, True, True, True]
    assert len(table) == 52


def test_policies_know_their_theme_layer_and_administration():
    policies = dm.register("policies").set_index("policy")
    act = policies.loc["endless_frontier_act"]
    assert act["themes"] == "top_level_design; technology; talent; ecosystem"
    assert (act["policy_layer"], act["administration"], act["themes_basis"]) == (
        "institution",
        "biden",
        "section",
    )
    assert "rami_2014_11" not in policies.index
    assert policies.loc["beyond_5g", "date"] == "2022-08-02"
    assert policies.loc["us_japan_chips", "date"] == "2022-06"  # open: stays as printed
    assert not policies.loc["national_strategy_2022", "in_paper"]


def test_a_month_in_which_the_president_changed_leaves_the_administration_open():
    printed = dm.register("policies", "as_printed").set_index("policy")
    assert pd.isna(printed.loc["nsf_future_act", "administration"])
    assert dm.register("policies").set_index("policy").loc["nsf_future_act", "administration"] == "biden"
    assert administration(parse_date("2021年1月19日")) == "trump"
    assert administration(parse_date("2021年1月20日")) == "biden"
    assert administration(parse_date("1999年")) is None


def test_stem_policies_say_which_are_the_papers():
    stem = dm.register("stem_policies").set_index("policy")
    assert stem["in_paper"].sum() == 2
    assert stem.loc[~stem["in_paper"], "register_source"].notna().all()


def test_only_the_sixth_path_is_missing_from_the_abstract():
    paths = dm.register("paths")
    assert paths["abstract_zh"].isna().tolist() == [False] * 5 + [True]


def test_cells_show_the_papers_words_beside_the_audited_value():
    cells = dm.register_cells("institutes").set_index(["row", "column"])
    cell = cells.loc[("america_makes", "investment")]
    assert (cell["verbatim"], cell["printed"], cell["corrected"]) == ("656. 8", "656.8", "6.5 / 6.8")
    assert (cell["first_line"], cell["last_line"]) == (456, 456)
    name = cells.loc[("america_makes", "acronym")]
    assert (name["first_line"], name["last_line"]) == (440, 444)
    dropped = dm.register_cells("policies").set_index(["row", "column"]).loc[("rami_2014_11", "title")]
    assert pd.isna(dropped["corrected"])


def test_an_unknown_register_or_view_is_named_with_the_nearest():
    with refused(DigimfgError, "names.unknown_name", near="institutes"):
        dm.register("institute")
    with refused(DigimfgError, "arguments.value_outside", argument="view"):
        dm.register("institutes", "printed")


def test_a_row_that_breaks_its_schema_is_named():
    frame = dm.register("institutes")
    frame.loc[3, "members"] = -1
    frame.loc[4, "established_precision"] = "roughly"
    with refused(PanelError, "paper.register_not_as_described", name="institutes", n=12) as caught:
        validate_register(frame, "institutes")
    told = [each.values for each in caught.value.facts["listed"]]
    assert [(each["column"], each["n"], each["first"]) for each in told] == [
        ("established_precision", 1, "aim_photonics = roughly"),
        ("members", 1, "iacmi = -1.0"),
    ]


def test_blanks_of_the_transcription_go_and_those_between_latin_words_stay():
    assert tidy("田纳 西 州、 诺克斯维尔") == "田纳西州、诺克斯维尔"
    assert tidy("America  Makes") == "America Makes"
    assert tidy("5G 网\n络") == "5G网络"


@pytest.mark.parametrize(
    ("words", "parse", "kind"),
    [
        ("soon", parse_date, "paper.date_unreadable"),
        ("much", parse_amount, "paper.amount_unreadable"),
        ("1782-?", parse_span, "paper.span_unreadable"),
    ],
)
def test_words_that_cannot_be_read_are_shown(words, parse, kind):
    with refused(DigimfgError, kind, got=words):
        parse(words)
