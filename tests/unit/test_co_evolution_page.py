"""The page on co-evolution runs: its Python blocks, in order, in an empty folder."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_page_on_co_evolution_runs_and_finds_what_is_true_of_the_twin(tmp_path, monkeypatch):
    text = (ROOT / "docs" / "co_evolution.md").read_text(encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    names = {}
    for block in re.findall(r"```python\n(.*?)```", text, re.DOTALL):
        exec(block, names)
    at_once = names["projection"].responses.loc[0]
    assert abs(at_once["estimate"] - 0.3) < 3 * at_once["std_error"]  # the twin's slope of the digital index
    assert names["projection"].responses.loc[1:, "p_value"].min() > 0.01
    assert "few_units" in {getattr(note, "kind", "") for note in names["found"].notes}
    assert {path.name for path in tmp_path.iterdir()} == {
        "figure_2_zh.png", "lags_zh.docx", "responses_zh.png", "decomposition_zh.docx", "projection_zh.png",
    }  # fmt: skip
