"""What stands beside a claim decides nothing: numbers are traced, the weakness is said, no rule changes."""

from dataclasses import replace
from types import SimpleNamespace

import pandas as pd
import pytest
from refused import refused

import digimfg as dm
from digimfg.errors import AnalysisError, Fault
from digimfg.evidence.claims import Claim, Description, Number
from digimfg.evidence.page import render_ledger
from digimfg.evidence.places import check_links
from digimfg.evidence.rules import rule_of
from digimfg.evidence.snapshot import verdicts_record
from digimfg.evidence.verdict_table import VerdictTable
from digimfg.evidence.verdicts import judge
from digimfg.exhibits import Evidence
from digimfg.text import Text

STUDY = SimpleNamespace(
    table=pd.DataFrame({"p_value": [0.04]}, index=pd.MultiIndex.from_tuples([("indirect", "adoption")]))
)


def number(source, *row, **where):
    return Number(label=Text("spillover", "溢出"), source=source, row=row, **where)


def described(*numbers):
    return Description(
        analysis="dynamics",
        part=Text("Spatial panel", "空间面板"),
        numbers=numbers,
        weakness=Text("weights of a later year", "权重取自较晚年份"),
    )


@pytest.fixture
def bare():
    return Claim(
        id="X1", section="2", text=Text("It spills over.", "有溢出。"), lines=None, kind="causal",
        testability="A", layers=("structure",),
        descriptions=(
            described(
                number("spatial", "adoption"),
                number("permuted", "indirect", "adoption", table="table", column="p_value"),
            ),
        ),
    )  # fmt: skip


def judged(claim, result):
    return judge(
        [claim],
        {"dynamics": {"spatial": result(2.195, 0.9, 0.007)}},
        studies={"dynamics": {"permuted": STUDY}},
    )


def test_a_description_decides_nothing_and_is_no_part_of_the_rule(bare, result):
    found = judged(bare, result)["X1"]
    assert found.status == judge([replace(bare, descriptions=())], {})["X1"].status
    assert rule_of(bare) == rule_of(replace(bare, descriptions=()))
    assert found.descriptions[0].values == (2.195, 0.04)


def test_it_is_shown_with_its_weakness_in_both_languages(bare, result):
    found = judged(bare, result)
    why = VerdictTable("verdicts", verdicts=found).build(Evidence()).rows[0].cells[-1]
    pages = {language: render_ledger(found, language) for language in ("en", "zh")}
    for words, page in ((why.en, pages["en"]), (why.zh, pages["zh"])):
        assert "2.195" in words
        assert "2.195" in page
    assert "weights of a later year" in why.en
    assert "权重取自较晚年份" in pages["zh"]
    assert verdicts_record(found)["verdicts"]["X1"]["descriptions"][0]["values"] == [2.195, 0.04]


def test_an_analysis_that_was_not_computed_is_said_to_be_so(bare):
    assert "not computed here" in judge([bare], {})["X1"].descriptions[0].sentence.en


@pytest.mark.parametrize(
    ("wrong", "kind"),
    [
        (number("spatia", "adoption"), Fault.of("evidence.unknown_name", near="spatial")),
        (
            number("spatial", "adoptio"),
            Fault.of("evidence.unknown_name", near="adoption", known=("adoption",)),
        ),
        (number("spatial", "adoption", column="estimat"), Fault.of("evidence.unknown_name", near="estimate")),
        (
            number("spatial", "adoption", table="effect"),
            Fault.of("evidence.unknown_name", near="coefficients", known=("coefficients",)),
        ),
    ],
)
def test_a_number_that_is_not_there_is_named(bare, result, wrong, kind):
    with refused(AnalysisError, kind):
        judged(replace(bare, descriptions=(described(wrong),)), result)


def test_links_of_descriptions_are_checked_before_anything_is_estimated(bare):
    def analysis(*claims):
        return dm.Analysis(
            title=Text("Dynamics", "动态"), panel="world", claims=claims,
            specifications={"spatial": dm.Specification("log_tfp", "adoption", entity="country")},
            exhibits=(dm.ClubPlot("permuted", variable="log_tfp"),),
        )  # fmt: skip

    check_links([bare], {"dynamics": analysis("X1")})
    with refused(AnalysisError, "evidence.claim_not_in_analysis", claim="X1"):
        check_links([bare], {"dynamics": analysis()})
    lost = replace(bare, descriptions=(described(number("spatia", "adoption")),))
    with refused(AnalysisError, "names.unknown_name", near="spatial"):
        check_links([lost], {"dynamics": analysis("X1")})


def test_claims_on_clubs_thresholds_and_spillovers_show_what_the_build_computes():
    claims = {claim.id: claim for claim in dm.ledger()}
    sources = {
        name: {each.source for link in claims[name].descriptions for each in link.numbers}
        for name in ("C15", "C17")
    }
    assert {"transformation_clubs", "threshold_human_capital"} <= sources["C15"]
    assert {"spatial", "permuted_weights"} <= sources["C17"]
    links = [link for claim in claims.values() for link in claim.descriptions]
    assert all(link.weakness.en and link.weakness.zh for link in links)


def test_a_ledger_of_ones_own_reads_them(tmp_path):
    path = tmp_path / "claims.toml"
    path.write_text(
        '[[claims]]\nid = "X1"\nsection = "1"\ntext = "有溢出"\nen = "It spills over."\nkind = "causal"\n'
        'testability = "A"\nlayers = ["structure"]\n[[claims.descriptions]]\nanalysis = "dynamics"\n'
        'part = "GDP"\nweakness = { en = "late", zh = "晚" }\n'
        'numbers = [{ en = "effect", zh = "效应", source = "spatial", row = ["x"] }]\n',
        encoding="utf-8",
    )
    (link,) = dm.read_ledger(path)[0].descriptions
    assert (link.numbers[0].column, link.numbers[0].row) == ("estimate", ("x",))
    path.write_text(path.read_text(encoding="utf-8").replace('row = ["x"]', "row = []"), encoding="utf-8")
    with pytest.raises(AnalysisError):
        dm.read_ledger(path)
