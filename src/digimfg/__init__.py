"""Ask whether the digital economy upgrades manufacturing, how, and how sure we are."""

import lazy_loader as _lazy

from digimfg.shown import Showing as _Showing
from digimfg.shown import shown_by as _shown_by

__version__ = "0.2.0"

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


def _answers() -> _Showing:
    from digimfg.exhibits import answers

    return answers


_shown_by(_answers)
