"""The same input gives the same bytes: over builds, folders, hash seeds, threads and row order."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from digimfg.evidence.project import write_verdicts
from digimfg.panels import shipped_panels
from digimfg.panels.store import frame_bytes, load_panel
from digimfg.panels.validate import validate_frame
from digimfg.paper.ledger import ledger_of
from digimfg.project import Project
from digimfg.registry import instances
from digimfg.replication import run
from digimfg.replication.load import load_analyses

from .conftest import ROOT, clone, hashes, make


def shuffled(frame, seed):
    """Move the rows of a table of observations; a matrix, whose rows are labelled, stays as it is."""
    if not isinstance(frame.index, pd.RangeIndex):
        return frame
    return frame.iloc[np.random.default_rng(seed).permutation(len(frame))].reset_index(drop=True)


def test_two_builds_in_two_folders_agree_byte_for_byte(built, tmp_path):
    other = clone(tmp_path / "elsewhere")
    done = make(
        other,
        PYTHONHASHSEED="12345",
        OMP_NUM_THREADS="2",
        OPENBLAS_NUM_THREADS="2",
        LANG="zh_CN.UTF-8",
        TZ="Asia/Shanghai",
    )
    assert done.returncode == 0, done.stderr
    first, second = hashes(built / "output"), hashes(other / "output")
    assert {name for name in {*first, *second} if first.get(name) != second.get(name)} == set()
    assert {Path(name).suffix for name in first} == {
        ".json",
        ".tex",
        ".md",
        ".html",
        ".docx",
        ".typ",
        ".pdf",
        ".png",
    }


@pytest.mark.parametrize("threads", ["1", "2"])
def test_results_do_not_depend_on_threads_or_hash_seed(built, tmp_path, threads):
    code = (
        "import sys, json; from pathlib import Path; from digimfg.replication.load import load_analysis;"
        "from digimfg.replication.serialise import result_to_dict; import digimfg as dm;"
        "analysis = load_analysis(Path('analyses/promotion.py')); frame = analysis.load();"
        "print(json.dumps([result_to_dict(dm.estimate(s, frame)) for s in analysis.specifications.values()]))"
    )
    environment = os.environ | {
        "PYTHONPATH": "src",
        "OMP_NUM_THREADS": threads,
        "OPENBLAS_NUM_THREADS": threads,
        "PYTHONHASHSEED": threads,
    }
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code], cwd=built, env=environment | extra, capture_output=True, check=True
        ).stdout
        for extra in ({}, {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "PYTHONHASHSEED": "0"})
    }
    assert len(outputs) == 1


def test_shuffled_raw_rows_build_the_same_panels():
    project = Project(ROOT)
    sources = {name: source.load(project.raw) for name, source in instances("sources", "SOURCE").items()}
    moved = {
        name: {key: shuffled(frame, 7) for key, frame in frames.items()} for name, frames in sources.items()
    }
    for name, panel in shipped_panels().items():
        frames = [
            validate_frame(panel.build({source: given[source] for source in panel.sources}), panel)
            for given in (sources, moved)
        ]
        assert frame_bytes(frames[0]) == frame_bytes(frames[1]), name


def test_shuffled_panel_rows_give_the_same_outputs(built, tmp_path, monkeypatch):
    project = Project(tmp_path)
    for place in ("digimfg.analysis", "digimfg.derived.panel"):
        monkeypatch.setattr(
            f"{place}.load_panel", lambda name, *given, **more: shuffled(load_panel(name), 11)
        )
    shutil.copytree(built / "analyses", project.analyses)
    project.raw.parent.mkdir(parents=True)
    project.raw.symlink_to(built / "data" / "raw")  # some analyses take weights from a raw table
    project.processed.symlink_to(built / "data" / "processed")  # results say which files they were made from
    for name, analysis in load_analyses(project).items():
        run.run_analysis(project, name, analysis)
    write_verdicts(project, ledger_of(project))
    expected = {
        name: digest
        for name, digest in hashes(built / "output").items()
        if name != "manifest.json" and not name.startswith("document/") and "_coverage_" not in name
    }
    assert hashes(project.output) == expected
