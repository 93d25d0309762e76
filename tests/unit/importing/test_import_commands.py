"""The commands that import files and lay out a thesis."""

import io
import json

import pytest

import digimfg as dm
from digimfg.cli import main
from digimfg.importing.project_files import import_project


def run(*arguments):
    with pytest.raises(SystemExit) as end:
        main([str(argument) for argument in arguments])
    return end.value.code or 0


@pytest.fixture
def project(tmp_path, monkeypatch):
    (tmp_path / "analyses").mkdir()
    monkeypatch.chdir(tmp_path)
    (tmp_path / "gdp.csv").write_text("地区,年份,GDP（亿元）\n北京市,2020,36102.6\n上海市,2020,38700.6\n全国,2020,1013567\n", encoding="gb18030")  # fmt: skip
    return tmp_path


def test_a_file_is_imported_shown_and_found_again(project, capsys):
    assert run("data", "import", "gdp.csv", "--panel", "china_province", "--save-mapping", "map.toml") == 0
    shown = capsys.readouterr()
    assert [line.rpartition("/")[2] for line in shown.out.splitlines()] == [
        "china_province.parquet", "china_province.cells.parquet", "china_province.import.json", "map.toml",
    ]  # fmt: skip
    assert "GDP\tgdp_100m_yuan" in shown.err
    assert "2 rows" in shown.err
    assert dm.load_panel("china_province")["gdp_100m_yuan"].tolist() == [36102.6, 38700.6]
    record = json.loads(
        (project / "data" / "imported" / "china_province.import.json").read_text(encoding="utf-8")
    )
    assert record["sheets"][0]["encoding"] == "gb18030"
    (project / "next.csv").write_text("地区,年份,GDP\n北京,2021,402696\n", encoding="utf-8")
    assert run("data", "import", "next.csv", "--mapping", "map.toml", "--out", "there") == 0
    assert dm.load_panel("china_province", project / "there")["gdp_100m_yuan"].tolist() == [402696.0]


def test_files_are_added_to_one_another_and_contradictions_refused(project, capsys):
    assert run("data", "import", "gdp.csv", "--panel", "china_province", "--add") == 0
    (project / "more.csv").write_text("省份,年份,常住人口(万人)\n北京,2020,2189\n", encoding="utf-8")
    assert run("data", "import", "more.csv", "--panel", "china_province", "--add") == 0
    frame = dm.load_panel("china_province")
    assert frame["resident_population_10k"].notna().tolist() == [True, False]
    traced = dm.trace("china_province", {"province": "110000", "year": 2020}, "resident_population_10k")
    assert (traced.cells[0].file, traced.cells[0].text, traced.value) == ("more.csv", "2189", 2189.0)
    (project / "other.csv").write_text("省份,年份,GDP(亿元)\n北京,2020,1\n", encoding="utf-8")
    assert run("data", "import", "other.csv", "--panel", "china_province", "--add") == 2
    assert "two different values" in capsys.readouterr().err
    assert dm.load_panel("china_province").equals(frame)


def test_bad_input_is_told_without_a_traceback(project, capsys):
    assert run("data", "import", "none.csv", "--panel", "china_province") == 2
    assert run("data", "import", "gdp.csv", "--panel", "china") == 2
    assert run("data", "import", "gdp.csv") == 2
    (project / "like.csv").write_text("省份,年份,软件业务收入额(亿元)\n北京,2020,1\n", encoding="utf-8")
    assert run("data", "import", "like.csv", "--panel", "china_province") == 2
    shown = capsys.readouterr()
    assert "Traceback" not in shown.err
    assert "--yes" in shown.err
    assert run("data", "import", "like.csv", "--panel", "china_province", "--yes") == 0


def test_the_help_speaks_both_languages(capsys):
    assert run("--language", "zh", "data", "import", "--help") == 0
    assert "将自备文件导入面板" in capsys.readouterr().out


def test_a_thesis_is_laid_out_only_where_nothing_is(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert run("init", "my-thesis") == 0
    made = capsys.readouterr().out.splitlines()
    assert {"my-thesis/Makefile", "my-thesis/README.zh.md", "my-thesis/.gitignore"} <= set(made)
    assert run("init", "my-thesis") == 2
    assert "something is in it" in capsys.readouterr().err


class Terminal(io.StringIO):
    """Answers typed at a terminal."""

    def isatty(self):
        return True


@pytest.mark.parametrize(("answer", "column"), [("y", "software_revenue_100m_yuan"), ("n", "软件业务收入额")])
def test_a_person_at_a_terminal_is_asked(project, monkeypatch, answer, column):
    (project / "like.csv").write_text("省份,年份,软件业务收入额(亿元)\n北京,2020,1\n", encoding="utf-8")
    monkeypatch.setattr("sys.stdin", Terminal(f"{answer}\n"))
    assert run("data", "import", "like.csv", "--panel", "china_province") == 0
    assert column in dm.load_panel("china_province")


def test_a_saved_mapping_has_a_slot_for_each_unit_that_nothing_declares(project, capsys):
    lines = ["地区,年份,每百人移动电话用户数,GDP(亿元),每百家企业拥有网站数", "北京,2019,120,35371,51个", "上海,2019,130,38156,52个"]  # fmt: skip
    (project / "a.csv").write_text("\n".join(lines), encoding="utf-8")
    assert run("data", "import", "a.csv", "--panel", "china_province", "--save-mapping", "map.toml") == 2
    told = (project / "map.toml").read_text(encoding="utf-8")
    assert '{ variable = "mobile_phones_per_100", unit = "", ' in told
    assert told.count('unit = ""') == 1  # header and cells declare the others
    guess = dm.guess_mapping(project / "a.csv", "china_province")
    assert guess.without_unit == ("每百人移动电话用户数",)
    filled = told.replace('unit = ""', 'unit = "部/百人"').replace("confidence = 0.95", "confidence = 1.0")
    (project / "map.toml").write_text(filled, encoding="utf-8")
    assert dm.guess_mapping(project / "a.csv", "china_province", project / "map.toml").without_unit == ()


def test_a_build_removes_what_builds_imported_and_leaves_what_was_imported_by_itself(
    tmp_path, monkeypatch, capsys
):
    for folder in ("data/raw", "data/mappings", "analyses"):
        (tmp_path / folder).mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    raw, mapping = tmp_path / "data" / "raw" / "a.csv", tmp_path / "data" / "mappings" / "a.toml"
    raw.write_text("地区,年份,GDP(亿元)\n北京,2020,36103\n", encoding="utf-8")
    stored = tmp_path / "data" / "imported" / "china_province.parquet"

    def build():
        import_project(tmp_path)
        return stored.is_file()

    assert run("data", "import", str(raw), "--panel", "china_province", "--yes") == 0
    assert build()  # imported by itself, no mapping
    mapping.write_text('panel = "china_province"\n', encoding="utf-8")
    assert build()
    mapping.unlink()
    assert not build()  # an earlier build imported it, this one does not
    mapping.write_text('panel = "china_province"\n', encoding="utf-8")
    assert build()
    mapping.unlink()
    raw.write_text("地区,年份,GDP(亿元)\n北京,2020,36103\n天津,2020,14084\n", encoding="utf-8")
    assert run("data", "import", str(raw), "--panel", "china_province", "--yes") == 0
    assert build()  # imported by itself since
    capsys.readouterr()
