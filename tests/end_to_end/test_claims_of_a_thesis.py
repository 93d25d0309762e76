"""A thesis with panels of its own: files in, `make`, and the verdicts are those of the twin's truth."""

import subprocess
import sys

import pytest

import digimfg as dm
from digimfg.evidence.project import judge_project
from digimfg.paper.ledger import ledger_of
from digimfg.paper.packs.declared import PANEL_KEYS, panel_tests
from digimfg.project import Project
from digimfg.thesis import create_thesis


def built(folder, panel):
    """Run the pack's analysis with make, which imports the files first."""
    target = f"run-claims_{panel}"
    done = subprocess.run(
        ["make", target, f"PYTHON={sys.executable}"], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    project = Project(folder)
    for other in project.analysis_files():
        if other != f"claims_{panel}":
            (project.analyses / f"{other}.py").unlink()
    found, _ = judge_project(project, ledger_of(project))
    return found


def with_files(folder, panel, frame, names):
    """Lay out a thesis whose raw files hold the columns that the pack needs."""
    create_thesis(folder, panel)
    roles = sorted({role for test in panel_tests(panel).values() for role in test.roles})
    more = ["province"] if panel == "firm" else []
    keys = [*PANEL_KEYS[panel], *more]
    held = frame.rename(columns=names)
    keys = [names.get(key, key) for key in keys]
    half = len(roles) // 2
    for number, part in enumerate((roles[:half], roles[half:])):
        path = folder / "data" / "raw" / f"yearbook_{number}"
        if panel == "firm":
            held[[*keys, *part, "synthetic"]].to_csv(path.with_suffix(".csv"), index=False)
        else:
            held[[*keys, *part, "synthetic"]].to_excel(path.with_suffix(".xlsx"), index=False)
        mapping = folder / "data" / "mappings" / f"yearbook_{number}.toml"
        mapping.write_text(f'panel = "{panel}"\n', encoding="utf-8")


@pytest.mark.slow
def test_the_provincial_twin_in_yearbooks_gives_the_verdicts_of_its_truth(tmp_path):
    frame = dm.simulate_panel("china_province", seed=2)
    frame["province"] = frame["province_name_zh"]
    with_files(tmp_path / "t", "china_province", frame, {"province": "地区", "year": "年份"})
    found = built(tmp_path / "t", "china_province")
    for claim in ("C13", "C14", "C17", "C18", "C20", "C30", "C30b", "C33"):
        (answer,) = found[claim].panels
        assert answer.status == "supported", claim
        assert answer.synthetic
        assert "(synthetic data)" in found[claim].headline.en
        assert found[claim].status in ("not_testable", "undecidable")


@pytest.mark.slow
def test_the_twin_of_firms_gives_the_verdicts_of_its_truth(tmp_path):
    frame = dm.simulate_panel("firm", seed=2, units=300)
    with_files(tmp_path / "t", "firm", frame, {})
    found = built(tmp_path / "t", "firm")
    for claim in ("C07", "C08", "C09", "C14", "C16", "C19", "C32"):
        (answer,) = found[claim].panels
        assert answer.status == "supported", claim
        assert answer.synthetic
