"""Write the specifications of a project for Stata and R: labelled data, do-file, script, what will differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digimfg.files import write_bytes, write_text
from digimfg.packages.stata_data import stata_bytes
from digimfg.packages.weights_files import WeightsFile, weights_file
from digimfg.postestimation.bridge.differences import bridge_differences
from digimfg.postestimation.bridge.r import r_code
from digimfg.postestimation.bridge.stata import stata_code
from digimfg.replication.labels import project_labels
from digimfg.replication.load import load_analyses
from digimfg.variables import speaking_of
from digimfg.variables.labels_file import with_labels

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from digimfg.project import Project
    from digimfg.specification import Specification

__all__ = ["write_bridge"]


def write_bridge(project: Project, names: Sequence[str] = ()) -> list[Path]:
    """Write ``output/bridge/<analysis>.{dta,csv,do,R}`` and ``<analysis>_differences.csv``; return the files.

    Spatial weights stand in ``<analysis>_<specification>_w.csv``, which do-file and script read as W.

    Parameters
    ----------
    project
        Whose analyses.
    names
        Some of them; all by default.

    Raises
    ------
    AnalysisError
        If there is no such analysis.
    """
    labels = project_labels(project)
    own = project.processed if (project.processed / "datapackage.json").is_file() else None
    written: list[Path] = []
    for name, analysis in load_analyses(project, names).items():
        with speaking_of(analysis.variables), speaking_of(labels.variables()):
            frame = analysis.load(own, project.output / ".computed")
            if frame is None or not analysis.specifications:
                continue
            frame = with_labels(frame, labels)
            stem = project.output / "bridge" / name
            weights = {
                label: found
                for label, each in analysis.specifications.items()
                if (found := weights_file(name, label, each, frame)) is not None
            }
            texts = {
                stem.with_suffix(".csv"): frame.to_csv(index=False, lineterminator="\n"),
                stem.with_suffix(".do"): _do_file(name, analysis.specifications, weights),
                stem.with_suffix(".R"): _script(name, analysis.specifications, weights),
                stem.with_name(f"{name}_differences.csv"): _differences(analysis.specifications),
                **{stem.with_name(each.name): each.content for each in weights.values()},
            }
            write_bytes(stem.with_suffix(".dta"), stata_bytes(frame))
            for path, text in texts.items():
                write_text(path, text)
            written += [stem.with_suffix(".dta"), *texts]
    return written


def _do_file(
    name: str, specifications: Mapping[str, Specification], weights: Mapping[str, WeightsFile]
) -> str:
    parts = ["version 16", "set more off"]
    for label, each in specifications.items():
        parts += [
            "",
            f"* {label}",
            *([weights[label].stata] if label in weights else []),
            f'use "{name}.dta", clear',
            stata_code(each),
        ]
    return "\n".join(parts) + "\n"


def _script(
    name: str, specifications: Mapping[str, Specification], weights: Mapping[str, WeightsFile]
) -> str:
    parts = [f'whole <- read.csv("{name}.csv", check.names = FALSE, encoding = "UTF-8")']
    for label, each in specifications.items():
        loaded = [weights[label].r] if label in weights else []
        parts += ["", f"# {label}", "data <- whole", *loaded, r_code(each)]
    return "\n".join(parts) + "\n"


def _differences(specifications: Mapping[str, Specification]) -> str:
    import pandas as pd

    frames = {label: bridge_differences(each) for label, each in specifications.items()}
    whole = pd.concat([frame.assign(specification=label) for label, frame in frames.items()])
    columns = ["specification", "program", "what", "why"]
    return whole[columns].to_csv(index=False, lineterminator="\n")
