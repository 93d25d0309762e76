"""The documentation runs: its Python blocks, in order, in an empty folder."""

import json
import re
from pathlib import Path

import pytest
from refused import refused

from digimfg.errors import DigimfgError
from digimfg.labels import term_label
from digimfg.project import Project
from digimfg.replication.load import load_analyses
from digimfg.replication.record import load_results
from digimfg.replication.run import run_analysis
from digimfg.thesis import create_thesis

ROOT = Path(__file__).parents[2]


def test_the_provincial_thesis_runs_and_finds_what_it_says(tmp_path, monkeypatch):
    text = (ROOT / "docs" / "provincial_thesis.md").read_text(encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    names = {}
    for block in re.findall(r"```python\n(.*?)```", text, re.DOTALL):
        exec(block, names)
    estimates = {
        "result": ("digital_index", 0.3),
        "iv": ("digital_index", 0.3),
        "mediated": ("indirect effect", 0.2),
        "durbin": ("rho", 0.35),
    }
    for name, (term, truth) in estimates.items():
        row = names[name].coefficients.loc[term]
        assert abs(row["estimate"] - truth) < 3 * row["std_error"], name
    assert names["threshold"].thresholds["threshold"].iloc[0] == pytest.approx(0, abs=0.3)
    without = names["columns"]["(3)"]
    assert (
        abs(without.coefficients.loc["digital_index", "estimate"] - 0.3)
        < 3 * without.coefficients.loc["digital_index", "std_error"]
    )
    assert names["result"].statistics["n_obs"] - without.statistics["n_obs"] == names["gaps"].sum() > 0
    assert names["panel"]["coordination_filled"].sum() == names["gaps"].sum()
    assert {path.name for path in tmp_path.iterdir()} == {
        "descriptives_zh.docx", "descriptives_by_region_zh.docx", "indicator_weights_zh.docx", "variation_zh.xlsx",
        "digital_map_zh.png", "baseline_zh.docx", "endogeneity_zh.docx", "first_stage_zh.docx",
        "mechanism_zh.docx", "threshold_zh.png", "spillovers_zh.docx", "pilots_zh.png",
        "robustness_zh.docx", "curve_zh.png", "recovery_zh.png",
    }  # fmt: skip


def test_the_provincial_thesis_is_laid_out_and_runs_from_its_analysis_file(tmp_path):
    made = create_thesis(tmp_path / "thesis", "china_province")
    assert "digital_upgrading.py" in {path.name for path in made}
    project = Project(tmp_path / "thesis")
    analyses = load_analyses(project)
    assert set(analyses) == {"claims_china_province", "digital_upgrading"}
    name, analysis = "digital_upgrading", analyses["digital_upgrading"]
    run_analysis(project, name, analysis)
    for result in load_results(name, project).values():
        labels = {
            term_label(term, {each: entry.label for each, entry in result.variables.items()}).zh
            for term in result.coefficients.index
        }
        assert not any(column.name in label for column in analysis.panel.columns for label in labels)
    table = (project.tables / "main_zh.md").read_text(encoding="utf-8")
    assert "数字经济指数" in table
    assert "模拟数据" in table
    record = json.loads((project.results / f"{name}.json").read_text(encoding="utf-8"))
    assert record["panel"] == "china_province"
    assert set(record["computed"]["index"]) == {column.name for column in analysis.panel.columns}
    with refused(DigimfgError, "names.unknown_name"):
        create_thesis(tmp_path / "other", "china_provinces")


def test_the_page_on_own_data_fills_flags_and_undoes_as_it_says(tmp_path, monkeypatch):
    text = (ROOT / "docs" / "own_data.md").read_text(encoding="utf-8")
    section = text[text.index("## Missing data") : text.index("## Large files")]
    monkeypatch.chdir(tmp_path)
    names = {}
    for block in re.findall(r"```python\n(.*?)```", section, re.DOTALL):
        exec(block, names)
    cells = int(names["gaps"].sum())
    assert names["filled"].counts["control"] == (372 - cells, cells, 0)
    first, second = names["columns"].values()
    assert first.statistics["n_obs"] - second.statistics["n_obs"] == 2 * cells  # each cell and its lag
    assert "Without filled-in values" in names["battery"].coefficients.index
    assert (tmp_path / "filled_zh.docx").is_file()
    assert names["ANALYSIS"].filled(names["frame"])["control"].equals(names["filled"].frame["control"])


def test_the_page_on_the_papers_own_system_runs_and_keeps_its_promises(tmp_path, monkeypatch, capsys):
    text = (ROOT / "docs" / "paper_system.md").read_text(encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    names = {}
    for block in re.findall(r"```python\n(.*?)```", text, re.DOTALL):
        exec(block, names)
    here = names["projected"].responses.iloc[0]
    assert abs(here["estimate"] - 0.3) < 3 * here["std_error"]  # the twin's effect of digitalisation
    assert names["spectrum"].statistics["p_value_global"] > 0.05  # a random walk has no period
    assert set(names["stages"].kinds.index) >= {"rising", "spiral", "regress"}
    assert "centre" in set(names["solved"].points["stability"])
    assert list(tmp_path.iterdir()) == []
    assert "SYNTHETIC" in capsys.readouterr().out
