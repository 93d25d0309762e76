"""One process at a time, real processes; a lock leaves nothing behind."""

import signal
import subprocess
import sys
import time

from refused import refused

from digimfg.errors import DigimfgError
from digimfg.locks import locked

COUNT = """
import sys, time
from pathlib import Path
from digimfg.locks import locked

counter = Path(sys.argv[1])
for _ in range(40):
    with locked(counter.with_name("lock")):
        number = int(counter.read_text())
        time.sleep(0.001)
        counter.write_text(str(number + 1))
"""
HOLD = """
import sys, time
from pathlib import Path
from digimfg.locks import locked

with locked(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_no_process_sees_another_within_the_block(tmp_path):
    counter = tmp_path / "counter"
    counter.write_text("0")
    running = [subprocess.Popen([sys.executable, "-c", COUNT, counter]) for _ in range(4)]
    assert [each.wait(60) for each in running] == [0] * 4
    assert counter.read_text() == "160"
    assert list(tmp_path.iterdir()) == [counter]


def test_a_process_that_was_killed_holds_nothing(tmp_path):
    path = tmp_path / "lock"
    with subprocess.Popen([sys.executable, "-c", HOLD, path], stdout=subprocess.PIPE) as holder:
        assert holder.stdout.readline() == b"held\n"
        holder.send_signal(signal.SIGKILL)
    told = []
    begun = time.monotonic()
    with locked(path, lambda: told.append(1)):
        pass
    assert time.monotonic() - begun < 5
    assert not told
    assert not path.exists()


def test_who_waits_is_told_once(tmp_path):
    path = tmp_path / "lock"
    with subprocess.Popen([sys.executable, "-c", HOLD, path], stdout=subprocess.PIPE) as holder:
        assert holder.stdout.readline() == b"held\n"
        told = []

        def waiting():
            told.append(1)
            holder.kill()

        with locked(path, waiting):
            assert path.exists()
    assert told == [1]


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "in the way").write_text("")
    with refused(DigimfgError, "locks.not_lockable"), locked(tmp_path / "in the way" / "lock"):
        pass
