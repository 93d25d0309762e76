"""`make` builds everything once, and again only what is due."""

import json
import os
import signal
import subprocess
import sys
import time

from .conftest import hashes, make

NOTHING = "Nothing to be done"


def record(folder, name):
    return json.loads((folder / "output" / "results" / f"{name}.json").read_text(encoding="utf-8"))


def names(folder):
    return sorted(path.stem for path in (folder / "analyses").glob("[!_]*.py"))


def changed_by(folder, action):
    def times():
        return {path: path.stat().st_mtime_ns for path in (folder / "output").rglob("*") if path.is_file()}

    before = times()
    action()
    after = times()
    moved = {
        path
        for path in {*before, *after}
        if before.get(path) != after.get(path) and not {".make", ".kept"}.intersection(path.parts)
    }
    return {path.relative_to(folder / "output").as_posix() for path in moved}


def rebuilt(folder):
    done = make(folder)
    assert done.returncode == 0, done.stderr


def test_every_analysis_has_results_tables_and_figures_in_both_languages(built):
    output = built / "output"
    for name in names(built):
        stored = record(built, name)
        assert stored["exhibits"], name
        for exhibit in stored["exhibits"]:
            folder, suffixes = {
                "table": ("tables", (".tex", ".docx", ".html", ".md")),
                "figure": ("figures", (".pdf", ".png")),
            }[exhibit["kind"]]
            for language in ("en", "zh"):
                for suffix in suffixes:
                    assert (output / folder / f"{exhibit['name']}_{language}{suffix}").stat().st_size > 100
    assert {"promotion", "fusion", "transformation"} <= set(names(built))


def test_the_report_is_a_pdf_and_the_manifest_names_every_output(built):
    for language in ("zh", "en"):
        stem = built / "output" / "document" / f"report_{language}"
        assert stem.with_suffix(".pdf").read_bytes().startswith(b"%PDF")
        assert stem.with_suffix(".docx").stat().st_size > 100_000
    manifest = json.loads((built / "output" / "manifest.json").read_text(encoding="utf-8"))
    found = {
        f"output/{name}": digest
        for name, digest in hashes(built / "output").items()
        if name != "manifest.json"
    }
    assert manifest["outputs"] == found
    assert manifest["raw"]
    assert manifest["panels"]


def test_building_leaves_committed_files_as_they_were(built):
    status = subprocess.run(
        ["git", "status", "--porcelain"], cwd=built, capture_output=True, text=True, check=True
    )
    assert status.stdout == ""


def test_a_second_make_does_nothing(copy):
    assert NOTHING in make(copy).stdout
    assert changed_by(copy, lambda: make(copy)) == set()


def test_touching_one_analysis_rebuilds_only_its_outputs(copy):
    (copy / "analyses" / "fusion.py").touch()
    own = {*record(copy, "fusion")["files"], "results/fusion.json"}
    report = {
        f"document/report_{language}.{suffix}"
        for language in ("en", "zh")
        for suffix in ("docx", "pdf", "tex", "html")
    }
    assert changed_by(copy, lambda: rebuilt(copy)) == {*own, *report, "manifest.json"}


def test_touching_a_source_file_of_the_package_makes_results_due(copy):
    (copy / "src" / "digimfg" / "result.py").touch()
    assert NOTHING not in make(copy, "--dry-run").stdout


def test_an_output_that_was_deleted_is_made_again(copy):
    lost = copy / "output" / record(copy, "promotion")["files"][0]
    lost.unlink()
    rebuilt(copy)
    assert lost.is_file()


def test_the_outputs_of_a_removed_analysis_go(copy):
    files = record(copy, "fusion")["files"]
    (copy / "analyses" / "fusion.py").unlink()
    report = copy / "paper" / "report.md"
    text = report.read_text(encoding="utf-8").replace("{{findings: fusion}}\n", "").replace(" fusion ", " ")
    report.write_text(text, encoding="utf-8")
    rebuilt(copy)
    assert not any((copy / "output" / file).exists() for file in [*files, "results/fusion.json"])
    assert NOTHING in make(copy).stdout


def test_a_new_analysis_needs_no_change_of_the_makefile(copy):
    text = (copy / "analyses" / "fusion.py").read_text(encoding="utf-8")
    for exhibit in record(copy, "fusion")["exhibits"]:
        text = text.replace(f'"{exhibit["name"]}"', f'"{exhibit["name"]}_again"')
    (copy / "analyses" / "fusion_again.py").write_text(text, encoding="utf-8")
    rebuilt(copy)
    assert record(copy, "fusion_again")["specifications"] == record(copy, "fusion")["specifications"]


def test_the_results_are_those_that_were_accepted(copy):
    done = make(copy, "check")
    assert done.returncode == 0, done.stdout


def test_a_changed_number_fails_the_check_and_is_named(copy):
    path = copy / "tests" / "snapshots" / "fusion.json"
    accepted = json.loads(path.read_text(encoding="utf-8"))
    name, specification = next(iter(accepted["specifications"].items()))
    term, row = next(iter(specification["coefficients"].items()))
    row["estimate"] *= 1.001
    path.write_text(json.dumps(accepted), encoding="utf-8")
    done = make(copy, "check")
    assert done.returncode != 0
    assert f"fusion · {name} · {term}" in done.stdout
    assert make(copy, "snapshots").returncode == 0
    assert make(copy, "check").returncode == 0


def test_a_broken_analysis_stops_make_and_leaves_the_old_outputs(copy):
    path = copy / "analyses" / "fusion.py"
    path.write_text(path.read_text(encoding="utf-8") + "\n1 / 0\n", encoding="utf-8")
    before = hashes(copy / "output")
    done = make(copy)
    assert done.returncode != 0
    assert "ZeroDivisionError" in done.stderr
    assert "Traceback" not in done.stderr
    assert hashes(copy / "output") == before


def test_a_raw_file_edited_by_hand_stops_make_with_its_name_and_both_hashes(copy):
    path = next(path for path in sorted((copy / "data" / "raw").rglob("*")) if path.is_file())
    path.write_bytes(path.read_bytes() + b" ")
    done = make(copy)
    assert done.returncode != 0
    assert path.name in done.stderr
    assert done.stderr.count("sha256") == 2
    assert "Traceback" not in done.stderr


def test_a_kill_in_mid_run_leaves_whole_files_and_the_next_run_the_same_bytes(copy):
    before = hashes(copy / "output")
    running = subprocess.Popen(
        [sys.executable, "-m", "digimfg", "run", "promotion"],
        cwd=copy,
        env=os.environ | {"PYTHONPATH": "src"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    staging = copy / "output" / ".promotion.part"
    deadline = time.monotonic() + 120
    while not list(staging.glob("*/*")) and time.monotonic() < deadline:
        time.sleep(0.005)
    running.send_signal(signal.SIGKILL)
    running.wait()
    assert staging.exists(), "the run ended before it could be killed"
    killed = {
        name: digest
        for name, digest in hashes(copy / "output").items()
        if not name.startswith(".promotion.part")
    }
    assert killed == before
    (copy / "analyses" / "promotion.py").touch()
    rebuilt(copy)
    assert hashes(copy / "output") == before


def test_an_interrupt_ends_quietly(copy):
    running = subprocess.Popen(
        [sys.executable, "-m", "digimfg", "run", "promotion"],
        cwd=copy,
        env=os.environ | {"PYTHONPATH": "src"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        # A shell that starts this in the background leaves interrupts ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    line = running.stderr.readline()  # the first step is told when work begins
    running.send_signal(signal.SIGINT)
    rest = running.communicate()[1]
    assert "promotion" in line
    assert "Traceback" not in rest
    assert running.returncode == 130
