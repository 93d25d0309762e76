"""The guide runs, in both languages, says what it must, and is what `llms.txt` holds."""

import re
from pathlib import Path

import pytest
from refused import refused

import digimfg as dm
from digimfg.guidance import guide_for_assistants

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"```python\n(.*?)```", re.DOTALL)
FILES = {"table_zh.docx", "weights_zh.docx", "pilots_zh.png", "robustness_zh.docx"}


def test_every_call_runs_and_finds_what_is_true(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    names = {}
    for block in BLOCK.findall(dm.guide("en")):
        exec(block, names)
    assert {path.name for path in tmp_path.iterdir()} == FILES
    assert abs(names["estimate"] - 0.3) < 3 * names["result"].coefficients.loc["digital_index", "std_error"]
    indirect = names["mediated"].coefficients.loc["indirect effect"]
    assert abs(indirect["estimate"] - 0.2) < 3 * indirect["std_error"]
    assert names["gmm"].statistics["n_instruments"] < names["gmm"].statistics["n_entities"] == 31
    for row in (names["corrected"], names["gmm"]):
        assert 0 < row.coefficients.loc["L.upgrading_dynamic", "estimate"] < 1
    assert names["check"].problems == ()
    assert "Check of the instrument" in capsys.readouterr().out


def test_what_it_says_of_telephones_is_so():
    panel = dm.simulate_panel("china_province", seed=2026)
    first = panel.groupby("province")["mobile_phones_per_100"].transform("first")
    panel["telephones"] = first * (panel["year"] - 2005) ** 1.5
    panel["digital_index"] += 0.02 * panel["telephones"]
    spec = dm.Specification(
        "upgrading_endogenous",
        (),
        endogenous="digital_index",
        instruments="telephones",
        entity="province",
        time="year",
        fixed_effects=("province", "year"),
        estimator=dm.TwoStageLeastSquares(),
    )
    found = dm.check_instrument(spec, panel, placebo_draws=0)
    assert "one_series" in {each.check for each in found.problems}


def test_what_it_says_of_shifted_weights_is_so():
    panel = dm.simulate_panel("china_province", seed=2026)
    columns = ["broadband_subscribers_per_100", "mobile_phones_per_100", "patents_granted"]
    plain, little, more = (
        dm.entropy_weights(panel[columns], shift=shift).weights for shift in (0.0, 0.0001, 0.01)
    )
    assert plain.sum() == pytest.approx(1)
    assert (plain - little).abs().max() > 0
    assert (plain - more).abs().max() > (plain - little).abs().max()


def test_both_languages_show_the_same_code_and_all_the_habits():
    assert BLOCK.findall(dm.guide("en")) == BLOCK.findall(dm.guide("zh"))
    habits = {
        "en": (
            "three steps",
            "ln(1 + count)",
            "Telephones of 1984",
            "熵值法",
            "77 instruments for 31 provinces",
        ),
        "zh": ("三步法", "ln(1 + 计数)", "1984年固定电话", "熵值法", "31省用77个工具变量"),
    }
    for language, words in habits.items():
        text = dm.guide(language)
        assert [word for word in words if word not in text] == []
        assert len(text.splitlines()) < 160, "the guide is short"
        mentioned = set(re.findall(r"\bdm\.([A-Za-z_]+)", text)) - {"NAME"}
        assert {name for name in mentioned if not hasattr(dm, name)} == set()


def test_the_language_is_that_of_messages_and_no_other(monkeypatch):
    monkeypatch.setenv("DIGIMFG_LANGUAGE", "zh")
    assert dm.guide() == dm.guide("zh") != dm.guide("en")
    with refused(dm.SpecificationError, "arguments.value_outside", argument="language"):
        dm.guide("fr")


def test_llms_txt_is_generated_from_it():
    written = (ROOT / "llms.txt").read_text(encoding="utf-8")
    assert written == guide_for_assistants(), "run: python scripts/write_llms.py"
