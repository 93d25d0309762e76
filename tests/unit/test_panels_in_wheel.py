"""The panels travel in the wheel: installed elsewhere, they load from any folder."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import digimfg as dm
from digimfg.panels import all_panels

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
    for file in ("world.parquet", "world_input_output.parquet", "datapackage.json", "codebook.md"):
        assert f"digimfg/_processed/{file}" in names
    assert {f"digimfg/guidance/data/{language}.md" for language in ("en", "zh")} <= set(names)
    assert any(name.endswith("licenses/data/LICENSES.md") for name in names)
    assert not any("data/raw" in name for name in names if "/thesis/template/" not in name)


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
        "print(len(world), len(dm.load_panel('world_input_output')), len(dm.list_panels()))"
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
