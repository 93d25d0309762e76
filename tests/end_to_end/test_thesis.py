"""A thesis project as `digimfg init` lays it out builds at once, and with an own file beside."""

import json
import subprocess
import sys

OWN = """import digimfg as dm

spec = dm.Specification(
    "gdp_100m_yuan", "resident_population_10k", entity="province", time="year", fixed_effects="province"
)
ANALYSIS = dm.Analysis(
    title=dm.Text("Own", "自己的"), panel="china_province", specifications={"a": spec},
    exhibits=(dm.RegressionTable("own_table", columns=("a",)),),
)
"""

PEOPLE = {"北京": 2100, "天津": 1400, "河北": 7200, "山西": 3500, "上海": 2400, "江苏": 8200}


def make(folder, target):
    done = subprocess.run(
        ["make", target, f"PYTHON={sys.executable}"], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_a_new_thesis_builds_takes_an_own_file_and_accepts_its_results(tmp_path):
    subprocess.run(
        [sys.executable, "-m", "digimfg", "init", "thesis"], cwd=tmp_path, check=True, capture_output=True
    )
    thesis = tmp_path / "thesis"
    make(thesis, "all")
    assert (thesis / "output" / "tables" / "main_en.docx").is_file()
    main = (thesis / "output" / "tables" / "main_zh.md").read_text(encoding="utf-8")
    assert "| 剔除填补值 | 否 | 是 | 否 |" in main
    assert "为填补值，由线性插值得到" in main
    assert (thesis / "output" / "figures" / "coefficients_zh.pdf").is_file()
    for name in ("chapter_zh.docx", "chapter_zh.pdf", "chapter_en.html", "chapter_en.tex"):
        assert (thesis / "output" / "document" / name).is_file()
    page = (thesis / "output" / "document" / "chapter_zh.html").read_text(encoding="utf-8")
    record = json.loads(
        (thesis / "output" / "results" / "access_and_income.json").read_text(encoding="utf-8")
    )
    assert f"样本有 {record['specifications']['baseline']['statistics']['n_obs']:,.0f} 个观测值" in page
    rows = [
        f"{name},{year},{9000 + 97 * place + 31 * (year - 2011) + (7 * place * year) % 13},{people + year % 7}"
        for place, (name, people) in enumerate(PEOPLE.items())
        for year in range(2011, 2019)
    ]
    text = "\n".join(["地区,年份,GDP(亿元),常住人口(万人)", *rows])
    (thesis / "data" / "raw" / "yearbook.csv").write_text(text, encoding="gb18030")
    (thesis / "data" / "mappings" / "yearbook.toml").write_text(
        'panel = "china_province"\n', encoding="utf-8"
    )
    (thesis / "analyses" / "own.py").write_text(OWN, encoding="utf-8")
    for target in ("snapshots", "check"):
        make(thesis, target)
    assert (thesis / "output" / "tables" / "own_table_zh.docx").is_file()
    assert (thesis / "tests" / "snapshots" / "own.json").is_file()
