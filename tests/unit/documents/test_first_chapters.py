"""The chapter that `digimfg init` lays out for each panel is set from its first analysis."""

import re

import pytest

from digimfg.documents.build import write_document
from digimfg.project import Project
from digimfg.replication.load import load_analyses
from digimfg.replication.run import run_analysis
from digimfg.text import LANGUAGES
from digimfg.thesis import create_thesis


@pytest.mark.parametrize(
    ("panel", "name"), [("china_city", "city_upgrading"), ("firm", "firm_digitalisation")]
)
def test_the_chapter_is_set_from_the_first_analysis(tmp_path, panel, name):
    create_thesis(tmp_path / "t", panel)
    project = Project(tmp_path / "t")
    (project.analyses / f"claims_{panel}.py").unlink()
    analyses = load_analyses(project, sorted(path.stem for path in project.analyses.glob("[!_]*.py")))
    assert name in analyses
    for each, analysis in analyses.items():
        run_analysis(project, each, analysis)
    text = (project.root / "paper" / "chapter.md").read_text(encoding="utf-8")
    exhibits = [
        exhibit
        for analysis in analyses.values()
        for exhibit in analysis.exhibits
        if re.search(rf"\b{exhibit.name}\b", text)
    ]
    pages = {
        path.stem: path.read_text(encoding="utf-8") for path in write_document(project, LANGUAGES, ("html",))
    }
    assert set(pages) == {"chapter_zh", "chapter_en"}
    for page in pages.values():
        assert page.count("<table>") == sum(each.kind == "table" for each in exhibits)
        assert page.count("<img") == sum(each.kind == "figure" for each in exhibits)
        assert "SYNTHETIC" in page
    words = re.sub(r"<(style|table|figure)\b.*?</\1>|<[^>]+>", " ", pages["chapter_en"], flags=re.DOTALL)
    assert "goes with" in words
    assert not re.findall(r"[\u4e00-\u9fff]+", words)
