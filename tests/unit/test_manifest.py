"""The manifest names what the outputs came from and nothing about who made them where."""

import shutil

from digimfg.files import sha256_bytes
from digimfg.project import Project
from digimfg.replication.manifest import ENGINES, manifest, write_manifest


def make_project(root):
    project = Project(root)
    for folder in (project.raw, project.processed, project.analyses, project.paper, project.results):
        folder.mkdir(parents=True)
    (project.raw / "a.csv").write_bytes(b"1")
    (project.analyses / "promotion.py").write_bytes(b"2")
    (project.results / "promotion.json").write_bytes(b"3")
    (project.output / ".make").mkdir()
    (project.output / ".make" / "stamp").write_bytes(b"4")
    return project


def test_every_file_is_hashed_under_its_path_below_the_project(tmp_path):
    found = manifest(make_project(tmp_path))
    assert found["raw"] == {"data/raw/a.csv": sha256_bytes(b"1")}
    assert found["analyses"] == {"analyses/promotion.py": sha256_bytes(b"2")}
    assert found["outputs"] == {"output/results/promotion.json": sha256_bytes(b"3")}
    assert set(ENGINES) < set(found["versions"])


def test_two_folders_with_the_same_files_have_the_same_manifest_byte_for_byte(tmp_path):
    first = write_manifest(make_project(tmp_path / "one"))
    second = write_manifest(make_project(tmp_path / "another place"))
    assert first.read_bytes() == second.read_bytes()
    assert str(tmp_path).encode() not in first.read_bytes()


def test_the_manifest_does_not_hash_itself(tmp_path):
    project = make_project(tmp_path)
    first = write_manifest(project).read_bytes()
    assert write_manifest(project).read_bytes() == first


def test_another_byte_in_a_raw_file_changes_its_hash(tmp_path):
    project = make_project(tmp_path)
    before = manifest(project)["raw"]
    (project.raw / "a.csv").write_bytes(b"9")
    assert manifest(project)["raw"] != before
    shutil.rmtree(project.raw)
    assert manifest(project)["raw"] == {}
