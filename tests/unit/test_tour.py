"""`digimfg tour`: a table, a figure and a verdict on shipped data, in the language of the locale, quickly."""

import os
import subprocess
import sys

import pytest

import digimfg as dm
from digimfg.cli import main
from digimfg.cli.interval_chart import interval_chart

EXPOSURE = "internet_users_share_2009:after_1995"


def toured(capsys, monkeypatch, tmp_path, locale):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DIGIMFG_LANGUAGE", raising=False)
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.setenv("LANG", locale)
    with pytest.raises(SystemExit) as caught:
        main(["tour"])
    assert not caught.value.code
    assert list(tmp_path.iterdir()) == []
    return capsys.readouterr().out


def test_it_speaks_the_language_of_the_locale_and_says_the_same(capsys, monkeypatch, tmp_path):
    english = toured(capsys, monkeypatch, tmp_path, "en_GB.UTF-8")
    chinese = toured(capsys, monkeypatch, tmp_path, "zh_CN.UTF-8")
    assert not any("\u4e00" <= letter <= "\u9fff" for letter in english)
    for word in ("Observations", "Claim: ", "Verdict: inconclusive", "Next:"):
        assert word in english
    for word in ("观测值", "论断：", "判定：不能定论", "接下来："):
        assert word in chinese

    def drawn(text):
        return [line for line in text.splitlines() if "┤" in line]

    assert drawn(english) == drawn(chinese) != []
    assert sum(line.count("●") for line in drawn(english)) == 33  # 1985–2017


def test_its_numbers_are_those_of_the_estimates(capsys, monkeypatch, tmp_path):
    told = toured(capsys, monkeypatch, tmp_path, "en_GB.UTF-8")
    spec = dm.Specification(
        "log_tfp",
        EXPOSURE,
        controls=("log_labor_productivity_1995:after_1995", "human_capital_1995:after_1995"),
        entity="country",
        time="year",
        fixed_effects=("country", "year"),
        covariance=dm.Clustered("country"),
        sample="year >= 1985 & year <= 2017",
    )
    row = dm.estimate(spec, dm.load_panel("world")).coefficients.loc[EXPOSURE]
    assert f"Main estimate (controls): {row['estimate']:.3f} ({row['std_error']:.3f})" in told


def test_the_first_minute_takes_less_than_ten_seconds_of_work(tmp_path):
    """Work of the processor, for a loaded machine does not make the command slow."""
    resource = pytest.importorskip("resource")
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    path = os.pathsep.join(sys.path)
    subprocess.run(
        [sys.executable, "-m", "digimfg", "tour"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": path},
        check=True,
        capture_output=True,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 10


def test_a_chart_marks_every_estimate_within_its_interval_and_zero_on_its_line():
    points = [(2000 + k, 0.1 * k - 0.3, 0.1 * k - 0.5, 0.1 * k - 0.1) for k in range(8)]
    *rows, below = interval_chart(points).splitlines()
    for position in range(8):
        column = "".join(row.ljust(40)[9 + 2 * position] for row in rows).replace("─", " ").strip()
        assert set(column) <= {"●", "│"}
        assert column.count("●") == 1
    zero = [row for row in rows if "─" in row]
    assert [row.split()[0] for row in zero] == ["0.00"]
    for year in (2000, 2005):
        assert 0 <= 9 + 2 * (year - 2000) - below.index(str(year)) < 4
