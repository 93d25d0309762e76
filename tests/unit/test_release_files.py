"""What a release needs beside the code: workflows that fit it, a citation of this version, licences of dependencies."""

import importlib.util
import re
from pathlib import Path

import pytest
import yaml

import digimfg
from digimfg.cli.app import build_app

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def commands(workflow):
    return [step["run"] for job in workflow["jobs"].values() for step in job["steps"] if "run" in step]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_runs_commands_that_there_are_and_names_no_host(path):
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"https?://|index-url|\b[\w-]+\.(?:org|com|io|cn)\b", text)
    workflow = yaml.safe_load(text)
    assert all(job["timeout-minutes"] <= 60 for job in workflow["jobs"].values())
    told = "\n".join(commands(workflow))
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"^make ([a-z][a-z-]*)", told, re.MULTILINE)) <= targets
    known = {command.name for command in build_app().registered_commands}
    assert set(re.findall(r"^digimfg (?:--language \w+ )?(\w+)", told, re.MULTILINE)) <= known
    assert {
        name for name in re.findall(r"requirements/\w+\.txt", told) if not (ROOT / name).is_file()
    } == set()


def test_there_is_a_workflow_for_pushes_nights_and_releases():
    assert [path.stem for path in WORKFLOWS] == ["check", "nightly", "release"]


def test_the_citation_is_of_this_version():
    told = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert told["version"] == digimfg.__version__
    assert {"cff-version", "message", "title", "authors"} <= set(told)
    assert told["license"] == "MIT"


def test_the_list_of_dependencies_is_that_of_the_lock_and_states_every_licence():
    rows = re.findall(
        r"^\| ([a-z0-9.-]+) \| (\d.*?) \| (.+?) \| .+? \|$",
        (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    lock = (ROOT / "requirements" / "run.txt").read_text(encoding="utf-8")
    locked: dict[str, list[str]] = {}
    for name, number in re.findall(r"^([\w.-]+)==([^ ;\\]+)", lock, re.MULTILINE):
        locked.setdefault(name, []).append(number)
    stated = {name: re.sub(r" \(`.*?`\)", "", numbers).split(", ") for name, numbers, _ in rows}
    assert stated == locked, "run: python scripts/write_dependencies.py"
    for name, numbers, licence in rows:
        assert licence != "—" or "platform" in numbers, name
        assert not re.search(r"(?<!L)GPL|General Public", licence), name


def test_the_numbers_of_the_software_paper_are_those_of_the_package():
    spec = importlib.util.spec_from_file_location(
        "write_software_paper", ROOT / "scripts" / "write_software_paper.py"
    )
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    text = script.PAPER.read_text(encoding="utf-8")
    assert set(script.MARKED.findall(text)) == set(script.numbers())
    assert script.filled(text) == text, "run: python scripts/write_software_paper.py"
    cited = set(re.findall(r"@(\w+)", text.partition("# Summary")[2]))
    known = set(
        re.findall(
            r"^@\w+{(\w+),", script.PAPER.with_suffix(".bib").read_text(encoding="utf-8"), re.MULTILINE
        )
    )
    assert cited == known
    assert 250 <= len(re.sub(r"<!--.*?-->", "", text).split()) <= 1750, "the length that its journal asks for"


def test_the_changelog_begins_with_this_version_and_the_policies_are_there():
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(r"^## (\S+)", changes, re.MULTILINE)[1] == digimfg.__version__
    assert re.fullmatch(r"\d+\.\d+\.\d+", digimfg.__version__)
    for page in (ROOT / "SECURITY.md", ROOT / "docs" / "deprecation.md"):
        assert re.search(
            r"[\u4e00-\u9fff]{20}", re.sub(r"[，。、；：“”（）]", "", page.read_text(encoding="utf-8"))
        )
