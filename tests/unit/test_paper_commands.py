"""`digimfg errata`, `register` and `verdict` answer in tables and refuse bad input with exit code 2."""

import json

import pytest

from digimfg.cli import main
from digimfg.evidence.ledger_file import DATA

ANALYSIS = """
import digimfg as dm
BASELINE = dm.Specification("log_tfp", "human_capital", entity="country", time="year", fixed_effects=("country", "year"))
ANALYSIS = dm.Analysis(
    title=dm.Text("Schooling", "教育"),
    panel="world",
    specifications={"baseline": BASELINE, "recent": BASELINE.replace(sample="year >= 1990")},
    exhibits=(dm.RegressionTable("schooling_main"),),
    claims=("T1",),
)
"""

CLAIMS = """
[[claims]]
id = "T1"
section = "thesis"
text = "教育有益"
en = "Schooling pays."
kind = "causal"
testability = "A"
layers = ["structure"]
[[claims.estimates]]
analysis = "schooling"
main = "baseline"
sign = 1
smallest_effect = 0.1
smallest_effect_reason = "ten log points"
"""


@pytest.fixture
def project(tmp_path, monkeypatch):
    (tmp_path / "analyses").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DIGIMFG_LANGUAGE", "en")
    return tmp_path


def run(*arguments):
    with pytest.raises(SystemExit) as caught:
        main(list(arguments))
    return caught.value.code or 0


def rows(output):
    return [line.split("\t") for line in output.strip().split("\n")]


def test_errata_prints_one_register(capsys, monkeypatch):
    monkeypatch.setenv("DIGIMFG_LANGUAGE", "en")
    assert run("errata", "--register", "institutes") == 0
    header, *listed = rows(capsys.readouterr().out)
    assert header[:6] == ["register", "row", "column", "line", "as printed", "proposed"]
    assert ["institutes", "arm", "investment", "585", "8 / 173", "8 / 17.3", "certain"] in [
        row[:7] for row in listed
    ]
    assert {row[0] for row in listed} == {"institutes"}


def test_errata_prints_what_rules_find(capsys, monkeypatch):
    monkeypatch.setenv("DIGIMFG_LANGUAGE", "zh")
    assert run("errata", "--rules", "--register", "policies") == 0
    listed = rows(capsys.readouterr().out)[1:]
    assert {row[1] for row in listed} == {"duplicate_act", "title_marks"}


def test_errata_of_ones_own_are_listed_and_applied(capsys, project):
    (project / "own.toml").write_text(
        "[[errata]]\nregister='institutes'\nrow='niimbl'\ncolumn='members'\nprinted='69'\nproposed='180'\n"
        "confidence='likely'\nevidence='news'\nsource='University of Delaware'\ndate='2021-07-14'\n",
        encoding="utf-8",
    )
    assert run("errata", "--with", "own.toml", "--register", "institutes") == 0
    assert "own.toml" in capsys.readouterr().out
    assert run("register", "institutes", "--with", "own.toml") == 0
    printed = {row[0]: row for row in rows(capsys.readouterr().out)}
    assert "180.0" in printed["niimbl"]


def test_register_lists_all_and_prints_one(capsys):
    assert run("register") == 0
    assert len(rows(capsys.readouterr().out)) == 9
    assert run("register", "institutes", "--view", "as_printed") == 0
    assert "656.8" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("errata", "--register", "institute"), "institutes"),
        (("register", "wave"), "waves"),
        (("register", "waves", "--view", "right"), "as_printed"),
        (("errata", "--with", "nowhere.toml"), "nowhere.toml"),
        (("verdict", "C99"), "C09"),
        (("verdict", "--check"), "digimfg verdict --accept"),
        (("verdict", "--claims", "nowhere.toml"), "nowhere.toml"),
    ],
)
def test_bad_input_is_named_with_its_remedy(capsys, project, arguments, named):
    assert run(*arguments) == 2
    message = capsys.readouterr().err
    assert named in message
    assert "Traceback" not in message


def test_in_a_project_without_the_papers_analyses_their_claims_say_so(capsys, project):
    assert run("verdict", "C02", "C19") == 0
    listed = {row[0]: row for row in rows(capsys.readouterr().out)}
    assert listed["C02"][1] == "undecidable"
    assert listed["C19"][1] == "not testable here"
    assert "the analysis 'promotion'" in listed["C19"][3]


def test_a_thesis_judges_its_own_claims(capsys, project):
    (project / "analyses" / "schooling.py").write_text(ANALYSIS, encoding="utf-8")
    (project / "claims.toml").write_text(CLAIMS, encoding="utf-8")
    assert run("verdict") == 2
    assert "digimfg run schooling" in capsys.readouterr().err
    assert run("run", "schooling") == 0
    capsys.readouterr()
    assert run("verdict") == 0
    _header, verdict = rows(capsys.readouterr().out)
    assert verdict[0] == "T1"
    assert "main estimate (baseline)" in verdict[3].lower()
    assert run("verdict", "--write", "--accept") == 0
    written = capsys.readouterr().out.split()
    assert {"output/verdicts.json", "output/ledger_zh.html", "output/tables/verdicts_en.docx"} <= set(written)
    assert all((project / path).is_file() for path in written)
    assert "schooling_main, column (1)" in (project / "output" / "ledger_en.html").read_text(encoding="utf-8")
    assert json.loads((project / "output" / "verdicts.json").read_text(encoding="utf-8"))[
        "verdicts"
    ].keys() == {"T1"}
    assert run("verdict", "--check") == 0
    capsys.readouterr()
    (project / "claims.toml").write_text(
        CLAIMS.replace("smallest_effect = 0.1", "smallest_effect = 0.9"), encoding="utf-8"
    )
    assert run("verdict", "--check") == 1
    shown = capsys.readouterr()
    assert "rule changed after the fact: T1, estimates[1].smallest_effect: declared 0.1, now 0.9" in shown.out
    assert "digimfg verdict --accept" in shown.err


def test_a_claim_of_an_unknown_specification_is_named_before_anything_is_read(capsys, project):
    (project / "analyses" / "schooling.py").write_text(ANALYSIS, encoding="utf-8")
    (project / "claims.toml").write_text(
        CLAIMS.replace('main = "baseline"', 'main = "base"'), encoding="utf-8"
    )
    assert run("verdict") == 2
    message = capsys.readouterr().err
    assert "T1" in message
    assert "baseline" in message


def test_an_analysis_that_names_an_unknown_claim_is_told(capsys, project):
    (project / "analyses" / "schooling.py").write_text(ANALYSIS.replace("T1", "T2"), encoding="utf-8")
    (project / "claims.toml").write_text(CLAIMS, encoding="utf-8")
    assert run("verdict") == 2
    assert "analyses/schooling.py" in capsys.readouterr().err


def test_data_files_of_the_paper_travel_with_the_package():
    from digimfg.paper.reading import DATA as REGISTERS

    assert {path.name for path in DATA.iterdir()} == {
        "needs.toml", "ledger.css", "ledger.js",
    }  # fmt: skip
    rest = {path.name for path in REGISTERS.iterdir() if path.suffix != ".toml"}
    assert rest == {"rule_versions.json", "pack_versions.json"}
    assert (REGISTERS / "claims.toml").is_file()
