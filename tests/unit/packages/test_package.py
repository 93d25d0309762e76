"""A package has what journals ask for; broken on purpose, each rule finds what is wrong and says the remedy."""

import shutil

import pandas as pd
import pytest
from refused import refused

from digimfg.errors import AnalysisError
from digimfg.packages.build import write_package
from digimfg.packages.check import check_package, list_package_rules
from digimfg.packages.findings import CHECKS
from digimfg.packages.stata_data import stata_bytes
from digimfg.project import Project
from digimfg.replication.load import load_analyses
from digimfg.replication.run import run_analysis

ANALYSIS = """
import digimfg as dm
spec = dm.Specification(
    "upgrading_linear", "digital_index", entity="province", time="year", fixed_effects=("province", "year"),
    covariance=dm.Clustered("province", wild_bootstrap=dm.WildBootstrap(draws=99, seed=17)),
)
ANALYSIS = dm.Analysis(
    title=dm.Text("Small", "小"),
    panel=dm.DerivedPanel(dm.simulate_panel("china_province", seed=1), (), keys=("province", "year")),
    specifications={"a": spec}, exhibits=(dm.RegressionTable("main", columns=("a",)),),
)
"""
ABOUT = """
title = "On upgrading"
licence_of_code = "MIT"
licence_of_data = "CC BY 4.0"
hardware = "a laptop"
time = "one minute"
[data."yearbook.csv"]
source = "National Bureau of Statistics (2023), China Statistical Yearbook"
licence = "public"
shared = true
[data."firms.csv"]
source = "CSMAR"
licence = "by subscription"
shared = false
access = "csmar.com, by subscription"
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    root = tmp_path_factory.mktemp("thesis")
    for name in ("analyses", "data/raw"):
        (root / name).mkdir(parents=True)
    (root / "analyses" / "small.py").write_text(ANALYSIS, encoding="utf-8")
    (root / "package.toml").write_text(ABOUT, encoding="utf-8")
    (root / "Makefile").write_text("all:\n", encoding="utf-8")
    for name in ("yearbook.csv", "firms.csv"):
        (root / "data" / "raw" / name).write_text("a,b\n1,2\n", encoding="utf-8")
    made = Project(root)
    ((name, analysis),) = load_analyses(made).items()
    run_analysis(made, name, analysis)
    write_package(made)
    return made


@pytest.fixture
def package(project, tmp_path):
    return shutil.copytree(project.output / "package", tmp_path / "package")


@pytest.mark.parametrize("rules", list_package_rules())
def test_a_whole_package_passes_every_rule_and_names_the_source_of_the_rules(package, rules):
    found = check_package(package, rules)
    assert found.passed, found.rows.loc[~found.rows["passed"], "found"].to_dict()
    assert ("not confirmed" in found.notes[0].en) == (rules != "aea")
    assert "2026" in found.notes[0].en


def test_the_same_project_gives_the_same_bytes_and_keeps_what_may_not_be_shared(project):
    before = {path: path.read_bytes() for path in write_package(project)}
    assert {path: path.read_bytes() for path in write_package(project)} == before
    names = {path.relative_to(project.output / "package").as_posix() for path in before}
    assert "data/raw/yearbook.csv" in names
    assert "data/raw/firms.csv" not in names


def without(name):
    return lambda folder: (folder / name).unlink()


def changed(name, old, new):
    def change(folder):
        path = folder / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    return change


BROKEN = {
    "readme": without("README.md"),
    "statement": changed("README.md", "## Statement about Rights", "## Other"),
    "rights": changed("data.csv", ",public,", ",,"),
    "exemptions": changed("data.csv", '"csmar.com, by subscription"', ""),
    "final": without("data/final/small.csv"),
    "codebook": changed("codebook.csv", ",digital_index,", ",digital_indx,"),
    "programs": without("Makefile"),
    "logs": without("logs/small.log"),
    "unprinted": without("results/small.json"),
    "map": without("tables/main_en.docx"),
    "software": changed("README.md", "- pandas ", "- panda "),
    "seeds": changed("README.md", "seed 17", "seed"),
    "hardware": changed("README.md", "a laptop\none minute", ""),
    "instructions": changed("README.md", "## Description of Programs", "## Programs"),
    "licence": changed("README.md", "Code: MIT\nData: CC BY 4.0", ""),
    "hashes": changed("analyses/small.py", "Small", "Smaller"),
    "exhibits": lambda folder: shutil.rmtree(folder / "tables"),
}


def test_every_rule_has_a_package_broken_on_purpose_and_every_check_a_rule():
    sets = list_package_rules().values()
    assert {name for each in sets for name in each["rules"]} == set(BROKEN)
    assert {rule["check"] for each in sets for rule in each["rules"].values()} == set(CHECKS)


@pytest.mark.parametrize("rule", BROKEN)
def test_what_is_broken_is_found_with_the_remedy(package, rule):
    BROKEN[rule](package)
    rules = next(name for name, each in list_package_rules().items() if rule in each["rules"])
    row = check_package(package, rules).rows.loc[rule]
    assert not row["passed"]
    assert row["found"]
    assert row["remedy"]


def recoded(name, encoding):
    def change(folder):
        path = folder / name
        path.write_bytes((path.read_text(encoding="utf-8") + "\n年份,地区\n").encode(encoding, "replace"))

    return change


SPOILT = {
    "a README in GBK": (recoded("README.md", "gbk"), "seeds", "UTF-8"),
    "a codebook in GBK": (recoded("codebook.csv", "gbk"), "codebook", "UTF-8"),
    "a map in GBK": (recoded("exhibits.csv", "gbk"), "map", "UTF-8"),
    "final data in GBK": (recoded("data/final/small.csv", "gbk"), "codebook", "UTF-8"),
    "data without files": (lambda folder: (folder / "data.csv").write_text("source,licence\na,b\n"), "rights", "file"),
    "an empty list of data": (lambda folder: (folder / "data.csv").write_text(""), "exemptions", "file"),
    "a file outside": (
        lambda folder: (folder / "data.csv").write_text("file,source,licence,shared,access\n../../x,a,b,yes,\n"),
        "exemptions", "below",
    ),
    "an empty log": (lambda folder: (folder / "logs/small.log").write_text(" \n"), "logs", "small.log"),
    "final data without rows": (lambda folder: (folder / "data/final/small.csv").write_text("a,b\n"), "final", "no rows"),
    "results that are none": (lambda folder: (folder / "results/small.json").write_text("{"), "seeds", "JSON"),
    "versions that are none": (lambda folder: (folder / "versions.json").write_text("[1]"), "software", "versions.json"),
}  # fmt: skip


@pytest.mark.parametrize("name", SPOILT)
def test_a_file_that_cannot_be_read_fails_its_rule_and_the_others_are_still_looked_at(package, name):
    spoil, rule, said = SPOILT[name]
    spoil(package)
    for rules, form in list_package_rules().items():
        found = check_package(package, rules).rows
        assert list(found.index) == list(form["rules"])
        if rule in found.index:
            assert not found.loc[rule, "passed"]
            assert said in found.loc[rule, "found"]
            assert found.loc[rule, "remedy"]


@pytest.mark.parametrize("name", ["README.md", "codebook.csv", "data.csv", "exhibits.csv", "SHA256SUMS"])
def test_a_mark_of_byte_order_is_no_fault_but_a_change(package, name):
    path = package / name
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    failed = check_package(package, "aea").rows.query("not passed").index.tolist()
    assert failed == ([] if name == "SHA256SUMS" else ["hashes"])


def test_a_file_added_after_the_hashes_is_found(package):
    (package / "more.txt").write_text("x", encoding="utf-8")
    assert "more.txt" in check_package(package, "aea").rows.loc["hashes", "found"]


def test_an_unknown_set_of_rules_names_the_nearest(package):
    with refused(AnalysisError, "names.unknown_name", near="jqte"):
        check_package(package, "jqtee")


def test_results_older_than_their_analysis_are_not_packed(project):
    path = project.analyses / "small.py"
    before = path.read_text(encoding="utf-8")
    try:
        path.write_text(before + "# changed\n", encoding="utf-8")
        with refused(AnalysisError, "replication.results_out_of_date", name="small"):
            write_package(project)
    finally:
        path.write_text(before, encoding="utf-8")


def test_stata_reads_values_words_missing_and_labels(tmp_path):
    frame = pd.DataFrame(
        {"province": ["北京", None], "year": [2011, 2012], "gdp per head": [1.5, None], "flag": [True, False]}
    )
    path = tmp_path / "x.dta"
    path.write_bytes(stata_bytes(frame))
    assert stata_bytes(frame) == path.read_bytes()
    back = pd.read_stata(path)
    assert list(back.columns) == ["province", "year", "gdp_per_head", "flag"]
    assert list(back["province"]) == ["北京", ""]
    assert back["gdp_per_head"].isna().tolist() == [False, True]
    with pd.read_stata(path, iterator=True) as reader:
        assert reader.variable_labels()["province"]
