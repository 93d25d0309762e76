"""Parallel work keeps order, seeds and interruptions right, on any joblib backend."""

from __future__ import annotations

import os
from functools import partial

import numpy as np
import pytest
from statsmodels.datasets import grunfeld

import digimfg as dm
from digimfg.parallel import checkpoints, run_parallel, spawn_seeds
from digimfg.text import Text

LABEL = Text("Draws", "抽样")
FRAME = grunfeld.load_pandas().data
SPEC = dm.Specification(
    "invest", ("value", "capital"), entity="firm", time="year", fixed_effects=("firm", "year")
)


def _local():
    """Return functions that travel to other processes by value (test modules cannot be imported there)."""

    def draw(seed: np.random.SeedSequence) -> float:
        return float(np.random.default_rng(seed).normal())

    def process(task: int) -> tuple[int, int]:
        return task, os.getpid()

    def stop_at_three(task: int) -> int:
        if task == 3:
            raise KeyboardInterrupt
        return task

    def fail_at_three(task: int) -> int:
        if task == 3:
            raise ValueError("three")
        return task

    def nested(task: int) -> list[int]:
        return run_parallel(abs, [-task, task], label=LABEL, n_jobs=2)

    return draw, process, stop_at_three, fail_at_three, nested


draw, process, stop_at_three, fail_at_three, nested = _local()


def test_answers_come_in_the_order_of_the_tasks():
    assert [task for task, _ in run_parallel(process, range(20), label=LABEL, n_jobs=2)] == list(range(20))


def test_one_process_unless_told():
    assert {pid for _, pid in run_parallel(process, range(3), label=LABEL)} == {os.getpid()}


def test_two_processes_when_told():
    assert os.getpid() not in {pid for _, pid in run_parallel(process, range(4), label=LABEL, n_jobs=2)}


def test_seeded_draws_do_not_depend_on_the_number_of_processes():
    alone = run_parallel(draw, spawn_seeds(7, 12), label=LABEL)
    together = run_parallel(draw, spawn_seeds(7, 12), label=LABEL, n_jobs=2)
    assert alone == together
    assert len(set(alone)) == 12


def test_a_seed_sequence_gives_the_same_children_twice():
    parent = np.random.SeedSequence(3)
    first, again = spawn_seeds(parent, 4), spawn_seeds(parent, 4)
    assert [draw(seed) for seed in first] == [draw(seed) for seed in again]


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_an_error_of_a_task_comes_through_and_later_work_runs(n_jobs):
    with pytest.raises(ValueError, match="three"):
        run_parallel(fail_at_three, range(8), label=LABEL, n_jobs=n_jobs)
    assert run_parallel(abs, [-1], label=LABEL, n_jobs=n_jobs) == [1]


def test_an_interruption_comes_through_and_later_work_runs():
    with pytest.raises(KeyboardInterrupt):
        run_parallel(stop_at_three, range(8), label=LABEL)
    assert run_parallel(abs, [-1], label=LABEL) == [1]


def test_parallel_work_inside_parallel_work():
    assert run_parallel(nested, [1, 2], label=LABEL, n_jobs=2) == [[1, 1], [2, 2]]


def test_no_tasks_give_no_answers():
    assert run_parallel(abs, [], label=LABEL) == []


def _counted(folder):
    def count(task: int) -> int:
        (folder / f"run_{task}").write_text("x")
        if task == 3 and not (folder / "mended").exists():
            raise KeyboardInterrupt
        return task**2

    return count


def test_an_interruption_under_checkpoints_loses_no_answer(tmp_path):
    ran, kept = tmp_path / "ran", tmp_path / "kept"
    ran.mkdir()
    work = _counted(ran)
    with checkpoints(kept), pytest.raises(KeyboardInterrupt):
        run_parallel(work, range(6), label=LABEL)
    for file in ran.iterdir():
        file.unlink()
    (ran / "mended").touch()
    with checkpoints(kept):
        assert run_parallel(work, range(6), label=LABEL) == [0, 1, 4, 9, 16, 25]
    assert sorted(file.name for file in ran.iterdir()) == ["mended", "run_3", "run_4", "run_5"]


def test_other_tasks_do_not_take_the_answers_kept(tmp_path):
    with checkpoints(tmp_path):
        assert run_parallel(abs, [-1, 2], label=LABEL) == [1, 2]
        assert run_parallel(abs, [-1, 3], label=LABEL) == [1, 3]
        assert run_parallel(float, [-1, 2], label=LABEL) == [-1.0, 2.0]
    assert len(list(tmp_path.iterdir())) == 3


def test_nothing_is_kept_outside_checkpoints(tmp_path):
    with checkpoints(tmp_path):
        pass
    run_parallel(abs, [-1], label=LABEL)
    assert not list(tmp_path.iterdir())


def test_what_a_partial_function_holds_names_its_answers(tmp_path):
    with checkpoints(tmp_path):
        assert run_parallel(partial(pow, 2), [3], label=LABEL) == [8]
        assert run_parallel(partial(pow, 3), [3], label=LABEL) == [27]
        assert run_parallel(lambda task: task + 1, [3], label=LABEL) == [4]
        assert run_parallel(lambda task: task + 2, [3], label=LABEL) == [5]
        assert run_parallel(partial(pow, 2), [3], label=LABEL) == [8]
    assert len(list(tmp_path.iterdir())) == 4
