"""The page of speeds is written from the numbers kept, and tells where another package is faster."""

import json

from benchmarks import duels
from benchmarks.speed_page import PAGE, page


def test_the_page_is_that_of_the_numbers_kept():
    kept = json.loads(duels.KEPT.read_text(encoding="utf-8"))
    assert PAGE.read_text(encoding="utf-8") == page(kept)
    assert list(kept["races"]) == [name for name in duels.RACES if name in kept["races"]]
    for name, found in kept["races"].items():
        assert (found["what"], found["aim"]) == (duels.RACES[name].what, duels.RACES[name].aim)
        assert found["engines"]["digimfg"]["seconds"] > 0


def test_a_race_that_is_lost_says_so():
    def line(ours, theirs):
        engines = {"digimfg": {"seconds": ours}, "other": {"seconds": theirs, "apart": 1e-12}}
        race = {"what": "work", "zh": "任务", "aim": 2.0, "engines": engines, "versions": {}}
        machine = {"cores": 2, "memory_gb": 8, "system": "Linux x86_64", "python": "3.11"}
        return page({"machine": machine, "races": {"one": race}}).splitlines()[-1]

    assert line(2.0, 1.0) == "| work · 任务 | 2.00 s | other: 1.00 s | 2.00 **slower · 较慢** | 1e-12 |"
    assert "slower" not in line(0.5, 1.0)
