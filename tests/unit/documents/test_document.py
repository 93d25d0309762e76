"""One text becomes Word, PDF, LaTeX and a page; its numbers are those of the results, and what is missing is named."""

import json
import re
import shutil
import subprocess
import zipfile

import pytest
from refused import refused

from digimfg.display.table import Row, Span, Table
from digimfg.documents import build
from digimfg.documents.build import FORMATS, write_document
from digimfg.documents.pages import pieces
from digimfg.documents.prose import result_sentence
from digimfg.documents.references import Results
from digimfg.errors import AnalysisError, DigimfgError, ExhibitError, Fault
from digimfg.project import Project
from digimfg.replication import kept
from digimfg.replication.load import load_analyses
from digimfg.replication.record import load_results
from digimfg.replication.run import run_analysis
from digimfg.text import LANGUAGES, Text

ANALYSIS = """
import digimfg as dm
spec = dm.Specification(
    "upgrading_linear", "digital_index", controls="control", entity="province", time="year",
    fixed_effects=("province", "year"), covariance=dm.Clustered("province", wild_bootstrap=None),
)
ANALYSIS = dm.Analysis(
    title=dm.Text("Small", "小"),
    panel=dm.DerivedPanel(dm.simulate_panel("china_province", seed=1), (), keys=("province", "year")),
    specifications={"a": spec.replace(controls=()), "b.2": spec},
    exhibits=(
        dm.RegressionTable("main", columns=("a", "b.2")),
        dm.RegressionTable("second", columns=("b.2",), show_controls=True),
        dm.CoefficientPlot("plot", columns=("a", "b.2")),
    ),
)
"""
TEXT = r"""---
title_zh: 题目
title_en: Title
author: 某人
chapter: 4
---

# 结果

系数 {small.a.digital_index.estimate:.4f}（p {small.b.2.digital_index.p_value:p}；{small.a.n_obs}个观测值），
见@tbl-main所示、@fig-plot 与@eq-model。价格 \{x\}，**粗** 与 $\beta_{it}^2$。

$$
y_{it} = \alpha
+ \frac{\beta}{2} x_{it} + \sum_{k=1}^{K} \hat{\gamma}_k
$$ {#eq-model}

::: en
Only in English.
:::

{{sentence: small.a}}

{{table: main}}

## 小节

1. 一
2. 二

{{table: second}}

{{figure: plot}}
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    root = tmp_path_factory.mktemp("thesis")
    (root / "analyses").mkdir()
    (root / "paper").mkdir()
    (root / "analyses" / "small.py").write_text(ANALYSIS, encoding="utf-8")
    project = Project(root)
    ((name, analysis),) = load_analyses(project).items()
    run_analysis(project, name, analysis)
    return project


@pytest.fixture
def project(built):
    for path in built.paper.iterdir():
        path.unlink()
    return built


def write(project, text=TEXT, name="chapter.md", **options):
    (project.paper / name).write_text(text, encoding="utf-8")
    return {path.name: path for path in write_document(project, **options)}


def test_four_formats_one_language_a_file_the_same_bytes_twice(project):
    files = write(project)
    assert set(files) == {
        f"chapter_{language}.{kind}" for language in ("en", "zh") for kind in ("docx", "pdf", "tex", "html")
    }
    before = {name: path.read_bytes() for name, path in files.items()}
    shutil.rmtree(project.output / ".kept")
    assert {name: path.read_bytes() for name, path in write(project).items()} == before
    estimate = f"{load_results('small', project)['a'].coefficients.loc['digital_index', 'estimate']:.4f}"
    for name in ("chapter_zh.html", "chapter_zh.tex"):
        assert estimate in before[name].decode()
    page = before["chapter_en.html"].decode()
    assert "Only in English." in page
    assert "Only in English." not in before["chapter_zh.html"].decode()
    assert "width=device-width" in page
    assert not re.search(r"(src|href)=\"(?!#|data:)", page)


def test_only_what_changed_is_set_again_and_its_bytes_are_those_of_a_first_time(project, monkeypatch):
    done, whole = [], build._rendered

    def noted(book, *others):
        done.append((book.language, others[1]))
        return whole(book, *others)

    monkeypatch.setattr(build, "_rendered", noted)

    def again(**options):
        done.clear()
        return {name: path.read_bytes() for name, path in write(project, **options).items()}, set(done)

    shutil.rmtree(project.output / ".kept", ignore_errors=True)
    every = {(language, kind) for language in LANGUAGES for kind in FORMATS}
    first, made = again()
    assert made == every
    assert again() == (first, set())
    (project.output / "document" / "chapter_en.html").write_text("mine", encoding="utf-8")
    assert again() == (first, {("en", "html")})
    changed, made = again(text=f"{TEXT}\nMore 更多\n")
    assert made == every
    shutil.rmtree(project.output / ".kept")
    assert again(text=f"{TEXT}\nMore 更多\n")[0] == changed
    assert again()[0] == first
    (picture,) = project.figures.glob("plot_en.png")
    held = picture.read_bytes()
    picture.write_bytes((project.figures / "plot_zh.png").read_bytes())
    try:
        assert again()[1] == {("en", kind) for kind in FORMATS}
    finally:
        picture.write_bytes(held)
    results = project.results / "small.json"
    kept_results = results.read_bytes()
    try:
        for change in (_retitle, _rehead, _relabel):
            record = json.loads(kept_results)
            change(next(each for each in record["exhibits"] if each["name"] == "main"))
            results.write_text(json.dumps(record), encoding="utf-8")
            again()  # with the change, from whatever stood before
            results.write_bytes(kept_results)
            assert again() == (first, {("en", kind) for kind in FORMATS}), change.__name__
    finally:
        results.write_bytes(kept_results)
    monkeypatch.setattr(kept, "code_key", lambda: "another version")
    assert again() == (first, every)


def _retitle(exhibit):
    exhibit["title"]["en"] = "Another title"


def _rehead(exhibit):
    span = exhibit["table"]["header"][-1][-1]
    held = span["text"]
    span["text"] = {"en": "Another head", "zh": held if isinstance(held, str) else held["zh"]}


def _relabel(exhibit):
    cells = next(row["cells"] for row in exhibit["table"]["rows"] if isinstance(row["cells"][0], dict))
    cells[0]["en"] = "Another stub"


def test_the_pdf_says_the_numbers_of_the_results(project):
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed")
    pdf = write(project, languages=("zh",), formats=("pdf",))["chapter_zh.pdf"]
    text = subprocess.run(["pdftotext", pdf, "-"], capture_output=True, text=True, check=True).stdout
    result = load_results("small", project)["a"]
    assert f"{result.coefficients.loc['digital_index', 'estimate']:.4f}" in text
    assert f"{result.coefficients.loc['digital_index', 'std_error']:.3f}" in text
    assert "表 4-1" in text
    assert "图 4-1" in text


def test_word_has_styles_fonts_fields_borders_and_native_formulas(project):
    path = write(project, languages=("zh",), formats=("docx",))["chapter_zh.docx"]
    with zipfile.ZipFile(path) as package:
        body = package.read("word/document.xml").decode()
        styles = package.read("word/styles.xml").decode()
    for style in ("Heading1", "Heading2", "Caption", "BodyText"):
        assert f'w:val="{style}"' in body
        assert re.search(rf'w:styleId="{style}".*?w:ascii="Times New Roman"', styles, re.DOTALL), style
    assert 'w:eastAsia="宋体"' in body
    assert 'w:instr=" SEQ 表 \\* ARABIC \\s 1 "' in body
    assert 'w:instr=" SEQ 图 \\* ARABIC \\s 1 "' in body
    assert 'w:instr=" REF tbl_main \\h "' in body
    assert 'w:name="tbl_main"' in body
    assert "TOC \\o" in body
    assert body.count("<m:oMath") >= 2
    assert "<m:f>" in body
    assert "w:tblHeader" in body
    for size in ("12", "6"):
        assert re.search(rf'<w:(top|bottom) w:val="single" w:sz="{size}"', body)
    assert "第4章" in body
    bookmarks = set(re.findall(r'w:bookmarkStart w:id="\d+" w:name="(\w+)"', body))
    assert set(re.findall(r"REF (\w+) ", body)) <= bookmarks


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("{smal.a.digital_index.estimate}", Fault.of("names.unknown_name", known=("small",), near="small")),
        (
            "{small.c.digital_index.estimate}",
            Fault.of("names.unknown_name", known=("a", "b.2"), near="a, b.2"),
        ),
        ("{small.a.digital_indx.estimate}", Fault.of("names.unknown_name", near="digital_index")),
        ("{small.a.digital_index.estimat}", Fault.of("names.unknown_name", near="estimate")),
        ("{small.a.n_ob}", Fault.of("names.unknown_name", near="n_obs")),
        ("{word}", "documents.number_not_readable"),
        ("{{table: mian}}", Fault.of("names.unknown_name", near="main")),
        ("{{figure: plto}}", Fault.of("names.unknown_name", known=("plot",), near="plot")),
        ("{{tabel: main}}", Fault.of("names.unknown_name", near="table")),
        (
            "{{sentence: small.a.x}}",
            Fault.of("names.unknown_name", known=("digital_index",), near="digital_index"),
        ),
        ("@tbl-none", "names.unknown_name"),
        ("{{table: main}}\n\n{{table: main}}", Fault.of("documents.label_twice", name="main", what="tbl")),
        ("word {{table: main}}", "documents.call_beside_words"),
        ("$\\alhpa$", "names.unknown_name"),
        ("$\\frac{1}{2$", "documents.formula_not_simple"),
        ("$$\nx", "documents.equation_not_closed"),
        ("::: fr\n:::", Fault.of("names.unknown_name", known=("en", "zh"), near="en, zh")),
        ("::: zh\n", "documents.language_part_not_closed"),
        ("---\nchaptr: 4\n---", "names.unknown_name"),
        ("---\nchapter: four\n---", "documents.chapter_number"),
    ],
)
def test_what_cannot_be_set_is_an_error_with_file_and_nearest(project, text, kind):
    with refused(DigimfgError, kind, where="chapter.md"):
        write(project, text, languages=("zh",), formats=("html",))
    assert not (project.output / "document" / "other").exists()


def test_a_project_without_a_text_says_so(project):
    with refused(ExhibitError, "documents.no_text_in_language"):
        write_document(project)


def test_results_older_than_their_analysis_are_refused_by_name(project):
    path = project.analyses / "small.py"
    before = path.read_text(encoding="utf-8")
    try:
        path.write_text(before + "# changed\n", encoding="utf-8")
        with refused(AnalysisError, "replication.results_out_of_date", name="small") as caught:
            write(project, "{small.a.n_obs}")
        assert "analyses/small.py" in caught.value.got.en
    finally:
        path.write_text(before, encoding="utf-8")


def test_what_tables_share_is_said_once(project):
    both = write(project, "{{table: main}}\n\n{{table: second}}", languages=("en",), formats=("html",))
    page = both["chapter_en.html"].read_text(encoding="utf-8")
    assert page.count("standard errors clustered by province") == 1
    assert "Notes on tables. Table 1-1 and Table 1-2: " in page
    alone = write(project, "{{table: main}}", languages=("en",), formats=("html",))["chapter_en.html"]
    text = alone.read_text(encoding="utf-8")
    assert "Notes on tables" not in text
    assert text.count("standard errors clustered by province") == 1
    assert page.count("SYNTHETIC data") >= 2


def stored(project, monkeypatch, **row):
    results = Results(project)
    record = json.loads((project.results / "small.json").read_text(encoding="utf-8"))
    frame = record["specifications"]["a"]["coefficients"]
    values = {
        "estimate": 1.0,
        "std_error": 0.4,
        "statistic": 2.5,
        "p_value": 0.02,
        "conf_low": 0.2,
        "conf_high": 1.8,
    } | row
    frame["columns"], frame["rows"] = list(values), [list(values.values())]
    monkeypatch.setattr(results, "record", lambda *_: record)
    return result_sentence(results, "small.a", Text("here", "此处"))


def test_sentences_claim_no_more_than_the_interval(project, monkeypatch):
    for row, en, zh in (
        ({}, "the association is positive", "关联为正"),
        ({"conf_low": -2.0, "conf_high": -0.1, "estimate": -1.0}, "the association is negative", "关联为负"),
        ({"conf_low": -0.1}, "do not decide its sign", "不足以判断方向"),
        ({"wild_bootstrap_p_value": 0.07}, "its sign is not established", "方向尚不能确定"),
        ({"conf_low": None, "conf_high": None}, "no sign is claimed", "不判断方向"),
    ):
        said = stored(project, monkeypatch, **row)
        assert en in said.en
        assert zh in said.zh
        assert not re.search("cause|effect|促进|显著|导致", said.en + said.zh)


def test_long_tables_are_parted_between_rows_and_called_continued(project):
    rows = tuple(Row(cells=(f"x{n}" if n % 2 == 0 else "", str(n)), attached=n % 2 == 1) for n in range(101))
    table = Table(
        title=Text("T", "表"),
        header=((Span(text=""), Span(text="(1)")),),
        rows=rows,
        notes=(Text("n", "注"),),
    )
    parts = pieces(table, "zh", 25)
    assert [row for part in parts for row in part.rows] == list(rows)
    assert all(not part.rows[0].attached and len(part.rows) <= 25 for part in parts)
    assert [len(part.notes) for part in parts] == [0] * (len(parts) - 1) + [1]


GRID = """
| 指标 | 符号 | 数值 |
|:--|:-:|--|
| 系数 | $\\beta_1$ | {small.a.digital_index.estimate:.3f} |
| 见@tbl-main | **粗** | −12.5 |

: 指标体系 {#tbl-own}

{{table: main}}

文中见@tbl-own。

| a | b |
|---|---|
| 1 | 2 |
"""


def test_tables_of_the_text_are_numbered_set_in_three_rules_and_referred_to(project):
    files = write(project, GRID, languages=("zh",))
    estimate = f"{load_results('small', project)['a'].coefficients.loc['digital_index', 'estimate']:.3f}"
    page = files["chapter_zh.html"].read_text(encoding="utf-8")
    assert "<caption>表 1-1　指标体系</caption>" in page
    assert f">{estimate}<" in page.replace("−", "-").replace("\u2007", "")
    assert "见表 1-2" in page
    assert '<a href="#tbl-own">表 1-1</a>' in page
    assert page.count("<table>") == 3
    with zipfile.ZipFile(files["chapter_zh.docx"]) as package:
        body = package.read("word/document.xml").decode()
    assert body.count("<w:tbl>") == 3
    assert body.count('w:val="Caption"') == 2
    assert 'w:name="tbl_own"' in body
    assert body.count('w:val="single" w:sz="12"') >= 6
    tex = files["chapter_zh.tex"].read_text(encoding="utf-8")
    assert r"\label{tab:own}" in tex
    assert r"\caption{}" not in tex
    assert tex.count("\\caption") == 2
    assert "β₁" in page


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("| a |\n|---|\n| $\\frac{1}{2}$ |", "documents.formula_in_cell"),
        ("| a |\n|---|\n| {small.a.n_ob} |", Fault.of("names.unknown_name", near="n_obs")),
        (
            "| a |\n|---|\n| b |\n\n: 表 {#tbl-main}\n\n{{table: main}}",
            Fault.of("documents.label_twice", name="main", what="tbl"),
        ),
    ],
)
def test_cells_that_cannot_be_set_are_errors_with_their_place(project, text, kind):
    with refused(DigimfgError, kind, where="chapter.md"):
        write(project, text, languages=("zh",), formats=("html",))


def test_primes_stand_above_what_they_belong_to(project):
    text = "$\\gamma' x_i''$"
    files = write(project, text, languages=("zh",), formats=("html", "pdf", "docx"))
    assert "<msup><mi>γ</mi><mo>′</mo></msup>" in files["chapter_zh.html"].read_text(encoding="utf-8")
    with refused(DigimfgError, "documents.formula_not_simple"):
        write(project, "$x^2'$", languages=("zh",), formats=("html",))


def test_words_of_cells_are_not_broken_into_letters_on_a_phone(project):
    page = write(project, languages=("zh",), formats=("html",))["chapter_zh.html"].read_text(encoding="utf-8")
    style = page[page.index("<style>") : page.index("</style>")]
    assert style.index("overflow-wrap:anywhere") < style.index(".digimfg{overflow-wrap:normal}")
    assert "max-width:100vw" not in style  # wider than the page where a bar scrolls it
