"""What the package makes public, by what it is."""

import digimfg as dm


def estimators() -> set[type]:
    """Return every public estimator."""
    named = (getattr(dm, name) for name in dm.__all__)
    return {each for each in named if isinstance(each, type) and issubclass(each, dm.Estimator)} - {
        dm.Estimator
    }
