"""Lists that tests keep of what there is: each thing stands in them once, or the test says where it is to stand."""

from __future__ import annotations

from collections.abc import Collection

__all__ = ["check_complete"]


def check_complete(listed: Collection[object], there: Collection[object], remedy: str) -> None:
    """Fail with the names that a list lacks, and how to cure it, or with those that are no longer there."""
    have, want = ({getattr(each, "__name__", str(each)) for each in names} for names in (listed, there))
    lacking, surplus = ", ".join(sorted(want - have)), ", ".join(sorted(have - want))
    assert not lacking, f"not yet listed: {lacking}; remedy: add {remedy}"
    assert not surplus, f"listed, but there is none (or it belongs elsewhere): {surplus}; see {remedy}"
