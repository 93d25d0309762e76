"""The panels travel in the wheel: installed elsewhere, they load from any folder."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import digimfg as dm
from digimfg.panels import all_panels, shipped_panels
from digimfg.registry import instances

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (found,) = folder.glob("digimfg-*.whl")
    return found


def test_the_wheel_carries_panels_codebook_and_data_licences(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    carried = {f"{name}.parquet" for name, panel in shipped_panels().items() if panel.in_package}
    held = {name.split("/")[-1] for name in names if name.startswith("digimfg/_processed/")}
    assert held == {*carried, "datapackage.json", "codebook.md"}
    assert {f"digimfg/guidance/data/{language}.md" for language in ("en", "zh")} <= set(names)
    assert any(name.endswith("licenses/data/LICENSES.md") for name in names)
    assert not any("data/raw" in name for name in names if "/thesis/template/" not in name)


def test_the_wheel_is_as_large_as_its_parts_explain(wheel):
    """Shipped panels let a thesis begin without a network; the rest is code and its words in two languages."""
    sizes = {"panels": 0, "code": 0, "data": 0}
    for each in zipfile.ZipFile(wheel).infolist():
        kind = (
            "panels"
            if "/_processed/" in each.filename
            else "code"
            if each.filename.endswith((".py", ".pyi"))
            else "data"
        )
        sizes[kind] += each.compress_size
        assert each.compress_size < 2_500_000, f"{each.filename}: no file but the world panel is large"
    assert sizes["panels"] < 2_800_000
    assert sizes["code"] < 3_500_000
    assert sizes["data"] < 600_000
    assert wheel.stat().st_size < 7_000_000


def test_an_installed_package_loads_panels_from_any_folder(wheel, tmp_path):
    installed, elsewhere = tmp_path / "site", tmp_path / "my thesis"
    elsewhere.mkdir()
    zipfile.ZipFile(wheel).extractall(installed)
    script = (
        "import digimfg as dm, pathlib; "
        "from digimfg.panels.store import processed_folder; "
        f"assert pathlib.Path(dm.__file__).is_relative_to({str(installed)!r}), dm.__file__; "
        f"assert processed_folder().is_relative_to({str(installed)!r}); "
        "world = dm.load_panel('world'); dm.validate_panel(world, 'world'); "
        "message = ''\ntry: dm.load_panel('firm_sample')\nexcept dm.PanelError as error: message = error.message('en')\n"
        "assert 'checkout of the repository' in message, message\n"
        "listed = dm.list_panels()['n_rows']; here = listed[listed > 0]; assert 'firm_sample' not in here.index\n"
        "assert all(len(dm.load_panel(name)) == rows for name, rows in here.items()), 'what doctor reads'\n"
        "print(len(world), len(dm.load_panel('world_input_output')), len(listed))"
    )
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "DIGIMFG"))
    }
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=elsewhere,
        env=environment | {"PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    expected = [len(dm.load_panel("world")), len(dm.load_panel("world_input_output")), len(all_panels())]
    assert [int(word) for word in done.stdout.split()] == expected


def test_the_package_carries_no_panel_whose_source_stays_out_of_it():
    sources = instances("sources", "SOURCE")
    for panel in shipped_panels().values():
        kept = any("Not part of the installed package" in sources[name].licence for name in panel.sources)
        assert panel.in_package == (not kept), panel.name
