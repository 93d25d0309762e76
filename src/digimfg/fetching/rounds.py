"""Ask for many parts: side by side, the ones that fail again in later rounds, what is missing told at the
end.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field

from digimfg.display.terminal import Progress
from digimfg.errors import DigimfgError, SourceError
from digimfg.fetching import Part, Publisher
from digimfg.fetching.client import LATER, Client
from digimfg.fetching.faults import ExhaustedError, HostError, RefusedError
from digimfg.fetching.staging import Staging
from digimfg.notes import note_of
from digimfg.text import Text

__all__ = ["Asked", "ask"]


_SHOWN = 5


@dataclass(kw_only=True, slots=True)
class Asked:
    """Collect what came of asking.

    Parameters
    ----------
    found
        Parts that came whole.
    refused
        Names under which the publisher has nothing.
    failed
        Names whose every attempt failed, or that the server refused for another reason.
    """

    found: dict[str, Part] = field(default_factory=dict)
    refused: dict[str, RefusedError] = field(default_factory=dict)
    failed: dict[str, SourceError] = field(default_factory=dict)


def ask(
    source: Publisher,
    base: str,
    client: Client,
    names: list[str],
    staging: Staging,
    progress: Progress | None,
    total: int,
) -> Asked:
    """Return the parts of these names, kept in `staging` as they come.

    A part that uses up its attempts does not keep the others waiting: they go on, and it is asked for again
    in rounds, each after a longer pause. What cannot be asked for at all (`HostError`) ends the fetch at
    once, and so does a server of which no answer was of any use.

    Raises
    ------
    SourceError
        If parts are still missing after the last round: which, and why. What came stays in `staging`.
    """
    asked, left, rounds = Asked(), list(names), client.manners.rounds
    done = total - len(names)

    def count(name: str) -> None:
        nonlocal done
        done += 1
        if progress is not None:
            progress(done, total, Text.of(name))

    for round_ in range(1, rounds + 1):
        _ask_once(source, base, client, left, staging, asked, count)
        left = [name for name in left if isinstance(asked.failed.get(name), ExhaustedError)]
        if not left or not (asked.found or asked.refused) or round_ == rounds:
            break
        seconds = client.pause_before(round_ + 1)
        if progress is not None:
            progress(done, total, _again(len(left), seconds))
        client.pause(seconds)
    if asked.failed:
        raise _missing(base, total, asked.failed, round_)
    asked.refused = dict(sorted(asked.refused.items()))
    return asked


def _ask_once(
    source: Publisher,
    base: str,
    client: Client,
    names: list[str],
    staging: Staging,
    asked: Asked,
    count: Callable[[str], None],
) -> None:
    def bring(name: str) -> Part:
        part = source.request(client, base, name)
        staging.keep(name, part)
        return part

    patience = 2 * client.manners.workers
    pool = ThreadPoolExecutor(client.manners.workers)
    waiting: dict[Future[Part], str] = {pool.submit(bring, name): name for name in names}
    try:
        while waiting:
            done, _ = wait(waiting, return_when=FIRST_COMPLETED)
            for future in sorted(done, key=lambda each: waiting[each]):
                name = waiting.pop(future)
                asked.failed.pop(name, None)
                try:
                    asked.found[name] = future.result()
                except RefusedError as refusal:
                    asked.refused[name] = refusal
                except HostError:
                    raise
                except SourceError as failure:
                    asked.failed[name] = failure
                    continue
                count(name)
            if len(asked.failed) >= patience and not (asked.found or asked.refused):
                _give_up(waiting, asked)
    except BaseException as error:
        client.stop()
        pool.shutdown(wait=isinstance(error, DigimfgError), cancel_futures=True)
        raise
    pool.shutdown()


def _give_up(waiting: dict[Future[Part], str], asked: Asked) -> None:
    """Cancel what has not begun: a server of which nothing came is asked no more."""
    last = next(reversed(asked.failed.values()))
    for future in [each for each in waiting if each.cancel()]:
        asked.failed[waiting.pop(future)] = last


def _again(count: int, seconds: float) -> Text:
    return note_of("fetching.asking_again", parts=count, seconds=seconds)


def _missing(base: str, total: int, failed: Mapping[str, SourceError], rounds: int) -> SourceError:
    """Return the error that lists what is still missing; of one part alone, its own error."""
    every = Text(
        f", in each of {rounds} rounds" if rounds > 1 else "", f"，共{rounds}轮" if rounds > 1 else ""
    )
    if len(failed) == 1:
        (error,) = failed.values()
        told = every if isinstance(error, ExhaustedError) else Text("", "")
        return SourceError.like(error, got=Text(error.got.en + told.en, error.got.zh + told.zh))
    shown = list(failed.items())[:_SHOWN]
    more = len(failed) - len(shown)
    names = ", ".join(failed)
    return SourceError.of(
        "fetching.parts_still_missing",
        where=base,
        remedy=LATER,
        total=total,
        n=len(failed),
        every=every,
        parts=[note_of("phrases.name_with_fault", name=name, got=each.got) for name, each in shown],
        rest=note_of("fetching.and_more", more=more, names=names) if more else "",
    )
