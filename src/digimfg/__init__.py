"""Ask whether the digital economy upgrades manufacturing, how, and how sure we are."""

import lazy_loader as _lazy

from digimfg import above as _above
from digimfg.version import __version__ as __version__

# The public names stand in __init__.pyi, which type checkers read too; each is imported when first used.
_first_use, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)


def __getattr__(name: str) -> object:
    try:
        value = globals()[name] = _first_use(name)
    except AttributeError:
        if name.startswith("_"):
            raise
        from digimfg.errors import nearest

        raise AttributeError(f"digimfg has no '{name}'; nearest: {nearest(name, __all__)}") from None
    return value


def _answers() -> _above.Showing:
    from digimfg.exhibits import answers

    return answers


def _questions() -> _above.Questions:
    from digimfg.postestimation import verbs

    return verbs


def _least_squares() -> object:
    from digimfg.estimators.least_squares import LeastSquares

    return LeastSquares()


_above.ANSWERS.stands(_answers)
_above.QUESTIONS.stands(_questions)
_above.DEFAULT_ESTIMATOR.stands(_least_squares)
