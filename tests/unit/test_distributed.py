"""On a Dask cluster everything is as on one machine.

A cluster runs in a process of its own: it leaves threads behind and changes how errors are pickled.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
from statsmodels.datasets import grunfeld

import digimfg as dm
from benchmarks import distributed as pieces
from digimfg.parallel import run_parallel, spawn_seeds
from digimfg.text import Text

ROOT = Path(__file__).parents[2]
REGRESSION = """
import json, sys
from distributed import Client, LocalCluster
from benchmarks import distributed as pieces

with (
    LocalCluster(n_workers=1, threads_per_worker=2, processes=False, dashboard_address=None) as cluster,
    Client(cluster) as client,
):
    found = pieces.regression(sys.argv[1:], lambda function, items: client.gather(client.map(function, items)))
print(json.dumps([list(map(float, each)) for each in found]))
"""
WORK = """
import json, os
import joblib, numpy as np
from distributed import Client, LocalCluster
from statsmodels.datasets import grunfeld
import digimfg as dm
from digimfg.parallel import run_parallel, spawn_seeds

def process(task):
    return task, os.getpid()

def draw(seed):
    return float(np.random.default_rng(seed).normal())

if __name__ == "__main__":
    spec = dm.Specification(
        "invest", ("value", "capital"), entity="firm", time="year", fixed_effects=("firm", "year")
    )
    frame, label = grunfeld.load_pandas().data, dm.Text("Draws", "抽样")
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        workers = sorted(client.run(os.getpid).values())
        with joblib.parallel_config(backend="dask"):
            answers = run_parallel(process, range(6), label=label)
            seeded = run_parallel(draw, spawn_seeds(7, 12), label=label)
            placebo = dm.randomization_test(spec, frame, "value", replications=600).placebo
    print(json.dumps([workers, answers, seeded, placebo.to_numpy().ravel().tolist()]))
"""


def on_a_cluster(folder, script, *arguments):
    """Return what a script prints last."""
    (folder / "script.py").write_text(script, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, folder / "script.py", *arguments],
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(Path(dm.__file__).parents[1]), str(ROOT)])},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_pieces_on_a_cluster_give_the_slopes_and_errors_of_the_whole(tmp_path):
    paths = pieces.write_pieces(tmp_path, n_firms=60, n_pieces=3)
    slopes, errors = on_a_cluster(tmp_path, REGRESSION, *paths)
    whole = dm.estimate(
        dm.Specification("y", pieces.X, entity="firm", time="year", fixed_effects=("firm", "year")),
        pd.concat([pd.read_parquet(path) for path in paths]),
    ).coefficients
    np.testing.assert_allclose(slopes, whole["estimate"], rtol=1e-10)
    np.testing.assert_allclose(errors, whole["std_error"], rtol=1e-10)


def test_a_cluster_takes_over_unchanged(tmp_path):
    def draw(seed):
        return float(np.random.default_rng(seed).normal())

    workers, answers, seeded, placebo = on_a_cluster(tmp_path, WORK)
    assert [task for task, _ in answers] == list(range(6))
    assert {process for _, process in answers} <= set(workers)
    assert seeded == run_parallel(draw, spawn_seeds(7, 12), label=Text("Draws", "抽样"))
    spec = dm.Specification(
        "invest", ("value", "capital"), entity="firm", time="year", fixed_effects=("firm", "year")
    )
    here = dm.randomization_test(spec, grunfeld.load_pandas().data, "value", replications=600).placebo
    assert placebo == here.to_numpy().ravel().tolist()
