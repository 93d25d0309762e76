"""A regression in pieces on a cluster is the regression on the whole."""

import warnings

import numpy as np
import pandas as pd

import digimfg as dm
from benchmarks import distributed as pieces


def test_pieces_on_a_dask_cluster_give_the_slopes_and_errors_of_the_whole(tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from distributed import Client, LocalCluster

    paths = pieces.write_pieces(tmp_path, n_firms=60, n_pieces=3)
    with (
        LocalCluster(n_workers=1, threads_per_worker=2, processes=False, dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        slopes, errors = pieces.regression(
            paths, lambda function, items: client.gather(client.map(function, items))
        )
    whole = dm.estimate(
        dm.Specification("y", pieces.X, entity="firm", time="year", fixed_effects=("firm", "year")),
        pd.concat([pd.read_parquet(path) for path in paths]),
    ).coefficients
    np.testing.assert_allclose(slopes, whole["estimate"], rtol=1e-10)
    np.testing.assert_allclose(errors, whole["std_error"], rtol=1e-10)
