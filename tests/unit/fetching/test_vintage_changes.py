"""What a vintage changed: counts of cells, sizes of revisions, coefficients on both."""

import math

import pandas as pd
import pytest
from refused import refused

import digimfg as dm
from digimfg.cli import main
from digimfg.errors import AnalysisError, PanelError
from digimfg.fetching import Part, find_publisher
from digimfg.fetching.vintages import store_vintage
from digimfg.panels import find_panel
from digimfg.panels.vintage_changes import compare_vintages, frame_changes
from digimfg.project import Project
from digimfg.replication.run import run_analysis
from digimfg.replication.snapshots import accept, check
from digimfg.replication.vintages import coefficient_changes


def store(folder, updated, users):
    lines = [
        "country,year,value",
        *(f"{country},{year},{value}" for (country, year), value in sorted(users.items())),
        "",
    ]
    part = Part(
        name="IT.NET.USER.ZS", file="IT.NET.USER.ZS.csv", content="\n".join(lines).encode(), updated=updated, group="2",
        details={"name": "Individuals using the Internet (% of population)", "rows": len(users), "values": len(users)},
    )  # fmt: skip
    return store_vintage(find_publisher("world_bank"), "https://host/v2", "2026-11-23", [part], folder)


@pytest.fixture
def vintages(tmp_path, monkeypatch):
    """Keep two vintages: one value revised by half, one removed, one added."""
    monkeypatch.setenv("DIGIMFG_FETCHED", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    users = {
        (country, year): round(5 + 3 * place + (1.9 + place % 3) * (year - 2000) + year % 5, 3)
        for place, country in enumerate(("BRA", "CHN", "DEU", "FRA", "IND", "USA"))
        for year in range(2000, 2018)
    }
    store(tmp_path, "2025-07-01", users)
    later = dict(users) | {("CHN", 2010): 1.5 * users["CHN", 2010], ("CHN", 2018): 70.0}
    del later["USA", 2017]
    store(tmp_path, "2026-10-08", later)
    return users


def test_cells_that_came_went_and_were_revised_are_counted(vintages):
    changes = compare_vintages("world", "2025-07-01", "2026-10-08")
    row = changes.columns.loc["internet_users_pct"]
    assert row[["n_before", "n_after", "added", "removed", "revised"]].tolist() == [108, 108, 1, 1, 1]
    (revision,) = changes.revisions.to_dict("records")
    assert (revision["country"], revision["year"], revision["column"]) == ("CHN", 2010, "internet_users_pct")
    scale = max(vintages["CHN", 2010], pd.Series(vintages).median())
    assert revision["revision_pct"] == pytest.approx(100 * 0.5 * vintages["CHN", 2010] / scale)
    assert set(changes.columns.index) == {"internet_users_pct"}


def test_the_same_vintage_twice_is_no_comparison(vintages):
    with refused(PanelError, "panels.same_vintage_twice"):
        compare_vintages("world", "2026-10-08")


def test_frames_that_agree_have_no_changes():
    world = dm.load_panel("world")
    columns, revisions = frame_changes(world, world.sample(frac=1, random_state=1), find_panel("world"))
    assert columns.empty
    assert revisions.empty


def test_coefficients_are_estimated_on_both(vintages):
    spec = dm.Specification(
        "log_tfp",
        "internet_users_pct",
        controls="human_capital",
        entity="country",
        time="year",
        fixed_effects="country",
    )
    impossible = spec.replace(regressors="manufacturing_gdp_pct")
    analysis = dm.Analysis(
        title=dm.Text("", ""), panel="world", specifications={"one": spec, "impossible": impossible}
    )
    other = dm.Analysis(title=dm.Text("", ""), panel="world_input_output", specifications={"one": spec})
    frames = [dm.load_panel("world", vintage=name) for name in ("2025-07-01", "2026-10-08")]
    changes, failures = coefficient_changes({"a": analysis, "b": other}, "world", *frames)
    (row,) = changes.to_dict("records")
    assert (row["analysis"], row["specification"], row["term"]) == ("a", "one", "internet_users_pct")
    for frame, name in zip(frames, ("before", "after"), strict=True):
        assert row[name] == dm.estimate(spec, frame).coefficients.loc["internet_users_pct", "estimate"]
    assert row["n_obs_before"] - row["n_obs_after"] == 1
    assert math.isclose(row["change_std_errors"], (row["after"] - row["before"]) / row["std_error_before"])
    assert "a, impossible" in failures[0].en


def test_the_command_compares_with_the_vintage_before(vintages, capsys):
    with pytest.raises(SystemExit) as end:
        main(["data", "diff"])
    assert end.value.code == 0
    printed = capsys.readouterr().out
    assert "world: 2025-07-01 → 2026-10-08" in printed
    assert "CHN\t2010\tinternet_users_pct" in printed
    with pytest.raises(SystemExit):
        main(["data", "diff", "--to", "2025-07-01"])
    assert "world: shipped → 2025-07-01" in capsys.readouterr().out


def test_the_command_estimates_the_analyses_of_a_project(vintages, tmp_path, capsys):
    (tmp_path / "analyses").mkdir()
    (tmp_path / "analyses" / "users.py").write_text(
        '"""Users."""\n\nimport digimfg as dm\n\nSPEC = dm.Specification("log_tfp", "internet_users_pct", entity="country",'
        ' time="year", fixed_effects="country")\nANALYSIS = dm.Analysis(title=dm.Text("Users", "用户"), panel="world",'
        ' specifications={"main": SPEC, "still": SPEC.replace(regressors="human_capital")})\n',
        encoding="utf-8",
    )
    with pytest.raises(SystemExit):
        main(["data", "diff", "--from", "2025-07-01"])
    printed = capsys.readouterr().out
    assert "users\tmain\tinternet_users_pct" in printed
    assert "coefficients that stay: 1 of 2" in printed


def test_snapshots_are_for_shipped_data(vintages, tmp_path, monkeypatch):
    (tmp_path / "analyses").mkdir()
    monkeypatch.setenv("DIGIMFG_VINTAGE", "latest")
    for compare in (check, accept):
        with refused(AnalysisError, "panels.results_on_other_vintage", chosen="latest"):
            compare(Project(tmp_path))
    monkeypatch.setenv("DIGIMFG_VINTAGE", "shipped")
    with refused(AnalysisError, "replication.no_accepted_results"):
        check(Project(tmp_path))


def test_a_run_of_an_analysis_uses_the_vintage_chosen_and_says_so(vintages, tmp_path, monkeypatch):
    (tmp_path / "analyses").mkdir()
    spec = dm.Specification(
        "log_tfp", "internet_users_pct", entity="country", time="year", fixed_effects="country"
    )
    analysis = dm.Analysis(
        title=dm.Text("Users", "用户"),
        panel="world",
        specifications={"main": spec},
        exhibits=(
            dm.RegressionTable("users", columns=("main",)),
            dm.DescriptiveTable("described", variables=("log_tfp", "internet_users_pct")),
        ),
    )
    project = Project(tmp_path)
    monkeypatch.setenv("DIGIMFG_VINTAGE", "2025-07-01")
    run_analysis(project, "users", analysis)
    for language, said in (("en", "vintage 2025-07-01"), ("zh", "2025-07-01版")):
        for exhibit in ("users", "described"):
            text = (project.tables / f"{exhibit}_{language}.md").read_text(encoding="utf-8")
            assert text.count(said) == 1
    monkeypatch.delenv("DIGIMFG_VINTAGE")
    run_analysis(project, "users", analysis)
    assert "2025-07-01" not in (project.tables / "users_en.md").read_text(encoding="utf-8")
