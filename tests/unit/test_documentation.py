"""The documentation runs: its Python blocks, in order, in an empty folder."""

import re
from pathlib import Path

import pytest

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
    assert {path.name for path in tmp_path.iterdir()} == {
        "descriptives_zh.docx", "baseline_zh.docx", "recovery_zh.png",
    }  # fmt: skip
