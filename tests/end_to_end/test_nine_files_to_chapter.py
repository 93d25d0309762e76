"""Nine messy files of a twin, `digimfg init`, each imported, `make`: a chapter whose numbers are the results'."""

import html
import json
import re
import shutil
import subprocess
import sys
import zipfile
from xml.etree import ElementTree

import numpy as np
import pytest
from messy_files import MARKED, UNITS, YEARBOOK, write_nine_files

import digimfg as dm
from digimfg.project import Project
from digimfg.replication.load import load_analyses
from digimfg.thesis import create_thesis

from .conftest import hashes, plain_environment

MAPPINGS = {
    YEARBOOK: 'accept = ["magnitude"]\n',
    UNITS: '[columns]\n"互联网宽带接入用户" = { variable = "broadband_subscribers_per_100" }\n',
    "telecom.csv": 'accept = ["magnitude"]\n',
}
OWN = 'PANEL = dm.DerivedPanel("china_province", COLUMNS)'
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
DECIMAL = re.compile(r"(?<![\d.A-Za-z])[−-]?\d[\d,]*\.\d+")


def made(folder, **environment):
    done = subprocess.run(
        ["make", f"PYTHON={sys.executable}"],
        cwd=folder,
        env=plain_environment() | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder


def laid_out(folder, frame):
    """Lay out a thesis on nine files in place of the twin."""
    create_thesis(folder, "china_province")
    (folder / "analyses" / "claims_china_province.py").unlink()
    analysis = folder / "analyses" / "digital_upgrading.py"
    text, n = re.subn(r"(?m)^PANEL = .*$", OWN, analysis.read_text(encoding="utf-8"))
    text, m = re.subn(r"(?m)^TWIN = .*$", "", text)
    assert (n, m) == (1, 1)
    analysis.write_text(text.replace("replications=200", "replications=50"), encoding="utf-8")
    write_nine_files(frame, folder / "data" / "raw")
    files = sorted(path for path in (folder / "data" / "raw").iterdir() if path.suffix != ".txt")
    assert len(files) == 9
    for path in files:
        mapping = folder / "data" / "mappings" / f"{path.stem}.toml"
        mapping.write_text('panel = "china_province"\n' + MAPPINGS.get(path.name, ""), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def twin():
    return dm.simulate_panel("china_province", seed=2026)


@pytest.fixture(scope="module")
def thesis(tmp_path_factory, twin):
    return made(laid_out(tmp_path_factory.mktemp("nine") / "thesis", twin))


@pytest.fixture(scope="module")
def record(thesis):
    return json.loads((thesis / "output/results/digital_upgrading.json").read_text(encoding="utf-8"))


def word_texts(path):
    """Return the paragraphs outside of tables, and the cells."""
    body = ElementTree.fromstring(zipfile.ZipFile(path).read("word/document.xml"))[0]
    text = lambda node: "".join(each.text or "" for each in node.iter(f"{WORD}t"))  # noqa: E731
    cells = [text(cell) for cell in body.iter(f"{WORD}tc")]
    return [text(node) for node in body if node.tag == f"{WORD}p"], cells


def numbers_of(value):
    """Return every number that a record holds, as results: words and tables of exhibits are left out."""
    if isinstance(value, dict):
        return [each for key, inner in value.items() if key != "exhibits" for each in numbers_of(inner)]
    if isinstance(value, list):
        return [each for inner in value for each in numbers_of(inner)]
    return [float(value)] if isinstance(value, int | float) and not isinstance(value, bool) else []


def test_every_file_gives_the_numbers_of_the_twin(thesis, twin):
    got = dm.load_panel("china_province", thesis / "data" / "imported")
    names = [name for name in got.columns if name in twin and got[name].dtype == float]
    assert len(names) >= 11
    both = got.merge(twin, on=["province", "year"], suffixes=("", "_twin"), validate="1:1")
    assert len(both) == len(got) == len(twin)
    for name in names:
        assert both[name].to_numpy() == pytest.approx(both[f"{name}_twin"].to_numpy(), rel=1e-12), name
    assert dm.imported_cell("china_province", ("110000", 2020), "it_employment_share_pct", thesis / "data" / "imported").file == MARKED  # fmt: skip


def described(frame):
    """Return what the table of descriptive statistics holds, computed from the twin with pandas alone."""
    logs = np.log(frame[["hightech_revenue_100m_yuan", "gdp_per_capita_yuan"]])
    government = 100 * frame["fiscal_expenditure_100m_yuan"] / frame["gdp_100m_yuan"]
    held = logs.assign(government=government).describe(percentiles=[0.5])
    return held.to_numpy().ravel().tolist()


def test_every_number_of_the_chapter_is_one_of_the_results(thesis, record, twin, monkeypatch):
    monkeypatch.chdir(thesis)
    known = [*numbers_of(record), *described(twin)]
    digital = load_analyses(Project(thesis))["digital_upgrading"].load(None, thesis / "output" / ".computed")
    known += digital["digital"].describe(percentiles=[0.5]).tolist()

    def strangers(text):
        found = ((each, each.replace(",", "").replace("−", "-")) for each in DECIMAL.findall(text))
        return [
            each
            for each, plain in found
            if not any(abs(value - float(plain)) <= 0.5001 * 10.0 ** -len(plain.partition(".")[2]) for value in known)
        ]  # fmt: skip

    assert strangers("0.123456") == ["0.123456"]
    for language in ("zh", "en"):
        stem = thesis / "output" / "document" / f"chapter_{language}"
        paragraphs, cells = word_texts(stem.with_suffix(".docx"))
        words = [each for each in paragraphs if not re.match(r"4\.\d[\s\u3000]", each)]
        page = stem.with_suffix(".html").read_text(encoding="utf-8")
        page = re.sub(r"<(style|h\d|nav|svg)\b.*?</\1>|<[^>]+>", " ", page, flags=re.DOTALL)
        assert sum(len(DECIMAL.findall(each)) for each in (*words, *cells)) > 100
        assert (
            strangers("\n".join(words)) == strangers("\n".join(cells)) == strangers(html.unescape(page)) == []
        )
    if shutil.which("pdftotext"):
        command = ["pdftotext", "-layout", stem.with_suffix(".pdf"), "-"]
        text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        assert set(strangers(text)) <= {f"4.{number}" for number in range(1, 9)}


def test_what_the_text_names_stands_in_its_place(thesis, record):
    """The checks above ask whether a number is a result; these ask whether it is the one meant."""
    paragraphs, cells = word_texts(thesis / "output" / "document" / "chapter_zh.docx")
    held = record["specifications"]
    frame = held["baseline"]["coefficients"]
    slope = dict(zip(frame["columns"], frame["rows"][frame["index"].index("digital")], strict=True))
    strength = held["instrumented"]["statistics"]["kleibergen_paap_rk_f"]
    text = "\n".join(paragraphs).replace("−", "-")
    assert f"基准样本有 {held['baseline']['statistics']['n_obs']:,.0f} 个观测值" in text
    assert f"第一阶段 F 值为 {strength:.2f}（" in text
    assert f"相应变动{slope['estimate']:.3f}个单位（标准误{slope['std_error']:.3f}，95%置信区间{slope['conf_low']:.3f}至{slope['conf_high']:.3f}" in text  # fmt: skip
    place = cells.index("数字经济指数", cells.index("(1)"))
    assert cells[place + 2].rstrip("*\u2007") == f"{slope['estimate']:.3f}"


def test_a_second_build_writes_the_same_bytes(thesis, tmp_path):
    again = tmp_path / "again"
    shutil.copytree(thesis, again, ignore=shutil.ignore_patterns("output", "imported"))
    made(again, PYTHONHASHSEED="7")
    first, second = hashes(thesis / "output"), hashes(again / "output")
    assert first == second
    assert len(first) > 80
