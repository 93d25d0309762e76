"""The site: every name has its page, every figure its code, every page its two languages, every block of code runs."""

import ast
import inspect
import json
import re
from itertools import pairwise
from pathlib import Path

import pytest
from complete import check_complete

import digimfg as dm
from digimfg.errors.catalogue import entries, rooms
from digimfg.exhibits import Evidence
from docs.site import gallery, languages, methods, pages, reference, refusals, truths
from docs.site.judgements import judgements
from docs.site.search_words import pairs

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
HAN = re.compile(r"[\u3400-\u9fff]")
BLOCK = re.compile(r"```python\n(.*?)```", re.DOTALL)
RUN_HERE = [DOCS / "firm_thesis.md", DOCS / "paper_hour.md", DOCS / "notebooks.md", DOCS / "site" / "home.md", *sorted((DOCS / "referees").glob("*.md"))]  # fmt: skip
PAGES = [*sorted(DOCS.glob("*.md")), *sorted((DOCS / "referees").glob("*.md")), DOCS / "site" / "home.md"]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_public_name_has_a_page_with_example_errors_and_source(language):
    headed = {"en": ("Errors", "Source"), "zh": ("错误", "出处")}[language]
    lacking = {}
    for name in dm.__all__:
        text, own = reference.page(name, language), reference.written_examples().get(name, "")
        doc = reference.said(name)
        faults = [
            what
            for what, there in {
                "example": ">>>" in own or ".. code-block::" in text,
                "errors": "Raises\n" in doc or f".. rubric:: {headed[0]}" in text,
                "source": f".. rubric:: {headed[1]}" in text and "src/digimfg/" in text,
            }.items()
            if not there
        ]
        if faults:
            lacking[name] = faults
    assert lacking == {}


def test_the_reference_lists_every_name_once_and_says_in_chinese_what_theses_use():
    listed = re.findall(r"^\| \[`(\w+)`\]", pages.reference_pages("zh")["reference/index.md"], re.MULTILINE)
    assert sorted(listed) == sorted(dm.__all__)
    told = reference.summaries()
    assert len(told) >= 60
    assert gallery.kinds() <= set(told), "what every figure and table shows"
    assert set(told) <= set(dm.__all__)
    assert all(HAN.search(line) and line.endswith("。") for line in told.values())


@pytest.mark.parametrize("name", sorted(reference.further_examples()))
def test_examples_beside_the_docstrings_run(name, tmp_path, monkeypatch, capsys):
    code = reference.further_examples()[name]
    assert name not in reference.written_examples(), "the docstring has its own"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DIGIMFG_DATA", str(tmp_path))
    if "needs a network" in code:
        assert hasattr(dm, name)
        compile(code, name, "exec")
        return
    exec(code, {})
    assert capsys.readouterr().out


def test_every_kind_of_figure_and_table_has_its_code():
    check_complete(gallery.entries(), gallery.kinds(), "its code to docs/site/gallery.toml")
    for kind in gallery.kinds():
        tree = ast.parse(gallery.code_of(kind))
        assert f'exhibit.save("{kind}_zh.' in ast.unparse(tree).replace("'", '"')


@pytest.fixture(scope="module")
def beginning():
    return gallery.prelude()


@pytest.mark.parametrize("kind", sorted(gallery.kinds()))
def test_the_code_of_the_gallery_makes_what_it_shows(kind, beginning):
    exhibit = gallery.exhibit_of(kind, beginning)
    assert type(exhibit).__name__ == kind
    shown = exhibit.build(exhibit.evidence or Evidence())
    assert shown.title is None or (HAN.search(dm.Text.of(shown.title).zh))


@pytest.mark.parametrize("path", RUN_HERE, ids=lambda path: path.stem)
def test_the_code_of_a_page_runs(path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = {}
    for block in BLOCK.findall(path.read_text(encoding="utf-8")):
        exec(block, names)
    if path.stem == "firm_thesis":
        row = names["result"].coefficients.loc["digital_index"]
        assert abs(row["estimate"] - 0.3) < 3 * row["std_error"]
        assert len(list(tmp_path.iterdir())) == 7


NEED_FILES = {
    "fetched_data",
    "firm_panel",
}  # of a server, of a database: their calls are compared with signatures


def test_the_examples_of_jupyter_marimo_and_quarto_are_one_and_run():
    folder = DOCS / "examples"
    cells = json.loads((folder / "first_table.ipynb").read_text(encoding="utf-8"))["cells"]
    notebook = [cell["source"] for cell in cells if cell["cell_type"] == "code"]
    quarto = re.findall(
        r"```{python}\n(.*?)```", (folder / "first_table.qmd").read_text(encoding="utf-8"), re.DOTALL
    )
    tree = ast.parse((folder / "first_table.py").read_text(encoding="utf-8"))
    functions = [each for each in tree.body if isinstance(each, ast.FunctionDef)]
    marimo = ["\n".join(map(ast.unparse, each.body[:-1])) for each in functions]
    shown = {}
    for form, code in {"jupyter": notebook, "marimo": marimo, "quarto": quarto}.items():
        names = {}
        exec("\n".join(code), names)
        shown[form] = names["result"].coefficients.loc["digital_index", "estimate"]
        drawn = [eval(ast.unparse(ast.parse(each).body[-1]), names) for each in notebook[2:]]
        assert all(
            "text/html" in each._repr_mimebundle_() or "image/png" in each._repr_mimebundle_()
            for each in drawn
        )
        said = re.findall(r"`{python} ([^`]+)`", (folder / "first_table.qmd").read_text(encoding="utf-8"))
        assert {eval(each, names) for each in said} == {f"{shown[form]:.3f}"}
    assert len(set(shown.values())) == 1
    assert abs(shown["quarto"] - 0.3) < 0.07, "the truth that the page names"


def test_no_page_with_code_is_left_out_of_the_tests():
    coded = {path.stem for path in DOCS.glob("*.md") if BLOCK.search(path.read_text(encoding="utf-8"))}
    tests = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    assert coded <= {path.stem for path in RUN_HERE} | NEED_FILES | {
        name for name in coded if f"{name}.md" in tests
    }


@pytest.mark.parametrize("name", sorted(NEED_FILES))
def test_calls_of_a_page_that_needs_files_are_calls_that_there_are(name):
    seen = 0
    for block in BLOCK.findall((DOCS / f"{name}.md").read_text(encoding="utf-8")):
        for call in (each for each in ast.walk(ast.parse(block)) if isinstance(each, ast.Call)):
            if isinstance(call.func, ast.Attribute) and ast.unparse(call.func.value) == "dm":
                signature = inspect.signature(getattr(dm, call.func.attr))
                seen += 1
                assert {word.arg for word in call.keywords} - {None} <= set(signature.parameters), (
                    ast.unparse(call)
                )
    assert seen >= 3


def test_every_page_of_the_docs_is_found_from_the_contents():
    listed = [name for *_, held in pages.navigation() for name, *_ in held]
    assert len(listed) == len(set(listed))
    assert {path.stem for path in DOCS.glob("*.md")} <= set(listed)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_links_lead_somewhere(path):
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", path.read_text(encoding="utf-8")):
        place = (path.parent / target).resolve()
        if path.name == "home.md":
            place = (DOCS / target).resolve()
            assert place.exists() or target in {
                f"{name}.md" for *_, held in pages.navigation() for name, *_ in held
            }
        else:
            assert place.exists(), target


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_page_of_both_languages_is_cut_into_two_of_the_same_code(path):
    text = path.read_text(encoding="utf-8")
    english, chinese = (languages.in_language(text, language) for language in ("en", "zh"))
    assert BLOCK.findall(english) == BLOCK.findall(chinese) == BLOCK.findall(text)
    heads = [len(re.findall(r"^#+ ", each, re.MULTILINE)) for each in (english, chinese, text)]
    assert heads[0] == heads[1] == heads[2]
    prose = languages.has_chinese(re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE))
    assert languages.has_chinese(chinese)
    if prose:
        assert [
            line for line in _prose(english) if len(HAN.findall(re.sub(r"`[^`]*`?", "", line))) > 12
        ] == []
        cut = sum(languages.languages_of(line) == "en" for line in _prose(text))
        left = sum(languages.languages_of(line) == "en" for line in _prose(chinese))
        assert left < cut, "of the sections that have Chinese, the English is left out"


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_no_chinese_line_loses_words_where_a_page_is_cut(path):
    text = path.read_text(encoding="utf-8")
    english, chinese = (languages.in_language(text, language) for language in ("en", "zh"))
    for before, line in pairwise(_prose(text)):
        if languages.languages_of(line) == "zh" and (HAN.match(line) or HAN.match(before)):
            assert line.strip() in chinese
            assert line.strip() not in english


def test_a_line_that_begins_in_latin_letters_within_a_chinese_paragraph_stays_whole():
    text = "# Rule · 规则\n\nThe rule of Lee and Yu.\n修正按以下规则，出自\nLee 与 Yu 的静态模型修正规则。\n经 Holm 校正后拒绝者为不通过。\n"
    chinese = languages.in_language(text, "zh")
    assert "Lee 与 Yu 的静态模型修正规则。经 Holm 校正后拒绝者为不通过。" in chinese
    assert "校正" not in languages.in_language(text, "en")


@pytest.mark.parametrize(
    "path",
    [*PAGES, *sorted(ROOT.glob("*.md")), *sorted((ROOT / "src" / "digimfg" / "guidance").rglob("*.md"))],
    ids=lambda path: path.name,
)
def test_bold_words_end_before_their_full_stop_where_chinese_follows(path):
    """CommonMark closes no emphasis between a full stop and a letter: the stars would be shown."""
    text = re.sub(r"^```.*?^```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    for paragraph in re.split(r"\n\s*\n", re.sub(r"`[^`\n]*`", "`", text)):
        parts = paragraph.split("**")
        for bold, after in zip(parts[1::2], parts[2::2], strict=True):
            assert not re.match(r"[。：；，、！？]", bold), bold
            assert not (re.search(r"[。：；，、！？）”]$", bold) and re.match(r"[\w\u3400-\u9fff]", after)), (
                bold
            )


def _prose(text):
    bare = re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
    return [line for line in bare.splitlines() if not line.startswith(("|", "    ", "#", "<", "!"))]


def test_every_method_is_judged_in_both_languages():
    listed = {name for held in methods.names().values() for name in held}
    check_complete(judgements(), listed, "a table [NAME] to docs/site/judgements/<family>.toml")
    for name, held in judgements().items():
        for part in ("title", "assumes", "not_when"):
            assert held[f"{part}_en"].strip(), name
            assert HAN.search(held[f"{part}_zh"]), name
        assert ("pitfalls_en" in held) == ("pitfalls_zh" in held), name
        assert held["line_zh"].endswith("。"), name
        assert set(held.get("see", ())) <= listed, name
    estimators = {name for name in listed if isinstance(getattr(dm, name), type)}
    assert estimators == {
        name
        for name in dm.__all__
        if isinstance(getattr(dm, name), type)
        and issubclass(getattr(dm, name), dm.Estimator)
        and name != "Estimator"
    }


@pytest.mark.parametrize("language", ["en", "zh"])
def test_pages_of_methods_hold_formulas_as_formulas_and_what_they_were_held_against(language):
    for name in judgements():
        text = methods.page(name, language)
        assert ":math:" not in text, name
        assert text.count("$$") % 2 == 0, name
        assert f"## {methods.heading('truths', language)}" in text, name
        assert "test_" in text, (
            f"{name}: add a test to tests/reference that names it (dm.{name}) and compares it"
        )


def test_the_table_of_truths_holds_every_reference_test():
    files = {path.stem.removeprefix("test_") for path in (ROOT / "tests" / "reference").glob("test_*.py")}
    assert set(truths.truths()) == files
    text = truths.page("en")
    said = [row.said for _, rows in truths.truths().values() for row in rows]
    assert len(said) > 600
    assert any(row.file == "test_policy_tools.py" for row in truths.rows_of("honest_did")), "imported by name"
    assert truths.rows_of("panel_unit_root")
    assert all(f"| {each} |" in text for each in said)
    assert {row.file for row in truths.rows_of("DynamicGMM")} >= {"test_dynamic_gmm.py"}
    assert all(row.compared == 0 or row.bound for _, rows in truths.truths().values() for row in rows)


def test_chinese_words_are_found_by_pairs():
    assert pairs("中介效应，TFP 与GMM2") == ["中介", "介效", "效应", "TFP", "与", "GMM2"]
    assert set(pairs("耦合协调")) <= set(pairs("计算耦合协调度"))


def test_no_part_of_the_site_asks_another_server():
    for path in (DOCS / "site").rglob("*"):
        if path.suffix in {".html", ".css", ".js", ".svg", ".toml", ".py"}:
            found = re.findall(
                r"(?:src|href|url)\s*[=(]\s*[\"']?(https?:)?//", path.read_text(encoding="utf-8")
            )
            assert found == [], path


def test_the_page_of_errors_names_every_kind_in_both_languages():
    kinds = {name for room in rooms() for name in entries(room)}
    for language in ("en", "zh"):
        (text,) = refusals.pages(language).values()
        assert kinds == set(re.findall(r"^\| `(\w+)` \|", text, flags=re.MULTILINE))
