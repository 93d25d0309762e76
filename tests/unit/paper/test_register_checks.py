"""Rules that know no erratum find the paper's mistakes, planted ones of each kind, and nothing in a clean copy."""

import pytest
from refused import refused

import digimfg as dm
from digimfg.errors import PanelError
from digimfg.paper.errata_file import shipped_errata
from digimfg.paper.registers.institutes import candidate_pairs

NAMES = dm.list_registers()["register"].tolist()


def found(frame, name):
    return {
        (finding.kind, finding.row, finding.column) for finding in dm.check_register(frame, name).itertuples()
    }


@pytest.mark.parametrize("name", NAMES)
def test_a_clean_copy_raises_none(name):
    assert found(dm.register(name), name) == set()


def test_rules_alone_find_the_mistakes_of_table_2():
    assert found(dm.register("institutes", "as_printed"), "institutes") == {
        ("unit", "header", "investment_unit"),
        ("lost_slash", "america_makes", "investment"),
        ("lost_slash", "aim_photonics", "investment"),
        ("lost_slash", "nextflex", "investment"),
        ("lost_slash", "niimbl", "investment"),
        ("lost_decimal_point", "mxd", "investment"),
        ("lost_decimal_point", "arm", "investment"),
        ("unordered_date", "america_makes", "established"),
        ("unordered_date", "biofabusa", "established"),
        ("copied_lead", "arm", "lead"),
        ("copied_lead", "cymanii", "lead"),
        ("unknown_acronym", "lift", "acronym"),
        ("unknown_acronym", "aim_photonics", "acronym"),
        ("unknown_acronym", "cesmii", "acronym"),
        ("unknown_acronym", "niimbl", "acronym"),
        ("unknown_acronym", "cymanii", "acronym"),
    }


def test_what_rules_propose_first_is_what_the_evidence_says():
    proposals = dm.check_register(dm.register("institutes", "as_printed"), "institutes")
    evidence = {erratum.address: erratum.proposed for erratum in shipped_errata()}
    checked = 0
    for finding in proposals[proposals["proposal"] != ""].itertuples():
        known = evidence[("institutes", finding.row, finding.column)]
        first = finding.proposal.split(" or ")[0]
        assert first == known or finding.column == "established", finding
        checked += 1
    assert checked == 13
    assert (
        proposals.set_index(["row", "column"]).loc[("america_makes", "established"), "proposal"] == "2012-08"
    )


def test_rules_alone_find_the_shifted_rows_and_cut_cells_of_table_1():
    kinds = found(dm.register("paradigms", "as_printed"), "paradigms")
    assert {row for kind, row, _ in kinds if kind == "shifted_row"} == {
        *(f"emerging_energy:{number}" for number in (2, 3, 4)), *(f"key_material:{number}" for number in (1, 2, 3, 4)),
    }  # fmt: skip
    assert {row for kind, row, _ in kinds if kind == "cut_cell"} == {
        "leading_industry:3",
        "production_mode:3",
    }


def test_rules_alone_find_the_duplicate_act_the_brackets_and_the_missing_path():
    assert found(dm.register("policies", "as_printed"), "policies") == {
        ("duplicate_act", "rami_2014_12", "title"),
        ("title_marks", "technologies_list", "title"),
    }
    assert found(dm.register("concepts", "as_printed"), "concepts") == {
        ("author_twice", "joint_development", "statement")
    }
    assert found(dm.register("paths", "as_printed"), "paths") == {("not_in_abstract", "6", "abstract")}


def test_open_cells_are_reported_when_asked_for():
    frame = dm.register("paradigms")
    listed = dm.check_register(frame, "paradigms", acknowledged=True)
    assert set(listed["row"]) == {"leading_industry:3", "production_mode:3"}


PLANTED = [
    ("institutes", "investment_unit", slice(None), "亿美元", "unit"),
    ("institutes", "investment_unit", slice(None), "万美元", "unit"),
    ("institutes", "investment", 4, "1150.2", "lost_slash"),
    ("institutes", "investment", 2, "7 7.8", "lost_slash"),
    ("institutes", "investment", 7, "8 / 173", "lost_decimal_point"),
    ("institutes", "investment", 5, "75 / 9.6", "lost_decimal_point"),
    ("institutes", "established", 3, "2015-13", "impossible_date"),
    ("institutes", "established", 3, "2009-06", "impossible_date"),
    ("institutes", "established", 10, "2027-05", "impossible_date"),
    ("institutes", "established", 1, "2019-02", "unordered_date"),
    ("institutes", "institute_lead_zh", 2, "美国特拉华大学", "copied_lead"),
    ("institutes", "institute_acronym", 6, "CESMI", "unknown_acronym"),
    ("institutes", "federal_million_usd", 6, 71.0, "derived_value"),
    ("paradigms", "value_zh", 12, "英国→欧美", "shifted_row"),
    ("paradigms", "value_zh", 13, "铜、铝等", "shifted_row"),
    ("paradigms", "value_zh", 36, "从工厂制、合伙制", "cut_cell"),
    ("policies", "title_zh", 3, "《无尽前沿法案》", "duplicate_act"),
    ("policies", "date", 2, "2018-02-30", "impossible_date"),
    ("policies", "date", 2, "1978-10", "impossible_date"),
    ("policies", "date", 6, "2013-08", "unordered_date"),
    ("policies", "title_zh", 5, "(2021年美国创新和竞争法案)", "title_marks"),
    ("stem_policies", "title_zh", 4, "《STEM 2026》", "duplicate_act"),
    ("stem_policies", "register_source", 0, None, "no_source"),
    ("funding", "amount", 3, 355.0, "lost_decimal_point"),
    ("funding", "amount_unit", 3, "亿", "unit"),
    ("funding", "amount_million_usd", 9, 99999.0, "part_above_whole"),
    ("funding", "amount_million_usd", 0, 1040.0, "derived_value"),
    ("funding", "amount", 13, 49.0, "disagreement"),
    ("waves", "recession_span", 1, "1867—1873", "phase_gap"),
    ("waves", "wave_start", 2, 1893.0, "phase_gap"),
    ("waves", "claimed_length_years", 3, 34.0, "disagreement"),
    ("paths", "abstract_zh", 1, "完善技术创新", "not_in_abstract"),
    ("concepts", "statement_zh", 1, "Dosi[17]提出的技术路线", "author_twice"),
    ("concepts", "date", 1, "1892", "impossible_date"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "column", "row", "value", "kind"), PLANTED)
def test_a_planted_mistake_is_found_where_it_was_planted(name, column, row, value, kind):
    frame = dm.register(name)
    frame.loc[frame.index[row], column] = value
    listed = dm.check_register(frame, name)
    hits = listed[listed["kind"] == kind]
    assert len(hits) >= 1, listed
    if kind != "unit" or name != "institutes":
        key = frame.loc[frame.index[row]]
        names = {str(key[each]) for each in frame.columns[:3]} | {f"{key.iloc[0]}:{key.iloc[1]}"}
        assert set(hits["row"]) & names or any(
            name in words for name in names for words in hits["expected_en"]
        ), hits


@pytest.mark.parametrize("name", ["paradigms"])
def test_a_lost_row_is_found(name):
    frame = dm.register(name)
    assert ("missing_cell", "period", "revolution") in found(frame.drop(index=2), name)


def test_the_order_of_rows_in_the_frame_does_not_matter_where_the_table_has_positions():
    frame = dm.register("institutes", "as_printed")
    assert found(frame.sample(frac=1, random_state=1), "institutes") == found(frame, "institutes")


def test_candidates_keep_the_digits():
    pairs = candidate_pairs("1150.2", (7.0, 9.0))
    assert pairs
    assert {pair.replace(" / ", "").replace(".", "") for pair in pairs} == {"11502"}


def test_a_frame_without_a_column_is_told():
    with refused(PanelError, "frames.column_not_there", name="investment"):
        dm.check_register(dm.register("institutes").drop(columns="investment"), "institutes")
