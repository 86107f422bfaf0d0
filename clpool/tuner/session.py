"""A run of the tuner: every part of every call, within a budget of seconds."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ..runtime.programs import code_digest
from ..runtime.record_folder import Folder, write
from ..tuning import key_of
from ..tuning.keys import DeviceKey, Family, SizeClass, digest_of
from ..tuning.records import Record
from .evaluation import Contender, Evaluation
from .journal import Answer, Answers, Journal, writing
from .lock import measuring
from .outcome import WRONG, Outcome, record_of
from .search import searched
from .tournament import STANDARD, Decision, Rules, tournament
from .workers import CallError, EmptyCall, Opening, OutOfTime, Worker, Workers

#: The file of the journal, and of answers that are wrong, beside the records.
JOURNAL, REPRODUCERS = "journal.jsonl", "wrong"
#: How many even shares of the time that is left a call may take: most take less than one.
PATIENCE = 2.0
#: Processes that build at once, at most.
BUILDERS = 4


@dataclass(frozen=True)
class Settings:
    """What a run does.

    Args:
        root: the folder of records.
        budget: seconds.
        effort: one of :data:`clpool.tuning.space.EFFORTS`.
        again: whether calls that have a record are measured again; ``retry``, whether candidates
            that failed are tried again, too.
        wait: whether to wait for another run on this machine.
        builders: processes that build at once.
        strategy: of Kernel Tuner, that chooses what is built; None, all candidates are.
        seed: of arrays and of the order of turns.
        lock: the file that is locked while kernels are built and measured; None, the machine's.
    """

    root: Path
    budget: float = 120.0
    effort: str = "standard"
    again: bool = False
    retry: bool = False
    wait: bool = True
    builders: int = field(default_factory=lambda: min(os.cpu_count() or 1, BUILDERS))
    strategy: str | None = None
    seed: int = 0
    lock: Path | None = None
    rules: Rules = STANDARD


class Session:
    """A run over calls.

    Args:
        settings: what it does.
        start: starts a worker.
        report: is told of every step, by name.

    Raises:
        DeviceError: no worker can use the device.
        OSError: the records cannot be written.
    """

    def __init__(
        self,
        settings: Settings,
        start: Callable[[], Worker],
        report: Callable[..., None] = lambda **_: None,
    ) -> None:
        with writing(settings.root):
            settings.root.mkdir(parents=True, exist_ok=True)
        self.settings = settings
        self._report = report
        self._workers = Workers(start, settings.builders)
        self._folder = Folder("user", settings.root)
        self._journal = Journal(settings.root / JOURNAL)
        self._deadline = self._workers.deadline = time.monotonic() + settings.budget
        self.device: Mapping[str, Any] = {}
        #: The calls whose parts all have a record; those that cannot be computed, and why; those
        #: without elements.
        self.done = 0
        self.failed: dict[str, str] = {}
        self.empty: list[str] = []

    def close(self) -> None:
        """End the workers."""
        self._workers.close()

    def run(self, calls: Sequence[str]) -> Iterator[Outcome]:
        """The outcomes of calls, as far as the budget goes; each is kept when it is yielded.

        Raises:
            OSError: one, yielded before, could not be kept.
        """
        self.device = self._workers.device()
        late: list[tuple[str, Outcome]] = []
        for number, call in enumerate(calls):
            known = None if self.settings.again else self._known(call)
            if known is not None:
                yield from (Outcome(record, "kept", call=call) for record in known)
                self.done += 1
                continue
            for outcome in self._timed(call, len(calls) - number):
                if outcome.status == "no time":
                    late.append((call, outcome))
                else:
                    yield outcome
        for call, outcome in late:  # which needs the rest of its time; others may have left some
            again = list(self._timed(call, 1))
            if again:  # what was built before counts, too
                again[0] = replace(again[0], builds=again[0].builds + outcome.builds)
            yield from again or [outcome]

    def _timed(self, call: str, left: int) -> Iterator[Outcome]:
        """The outcomes of a call, in its share of the time that is left for so many calls."""
        if time.monotonic() >= self._deadline:
            return
        settings = self.settings
        with measuring(self._deadline, settings.wait, settings.lock, self._waiting):
            share = (self._deadline - time.monotonic()) * min(PATIENCE / left, 1.0)
            try:
                yield from self._call(call, time.monotonic() + share)
            except EmptyCall:
                self.empty.append(call)
            except CallError as error:
                self.failed[call] = str(error)
            except OutOfTime:
                return

    def _waiting(self, process: str) -> None:
        """Report which process is waited for."""
        self._report(step="waiting", process=process)

    def opened(self, calls: Sequence[str]) -> Iterator[tuple[str, Answer]]:
        """Every part of calls with a worker's answer, which has its candidates."""
        for call in calls:
            part, parts = 0, 1
            while part < parts:
                opening = Opening(call, part, self.settings.effort, self.settings.seed)
                try:
                    answer = self._workers.open(opening, with_candidates=True)
                except EmptyCall:
                    self.empty.append(call)
                    break
                parts, part = answer["parts"], part + 1
                yield call, answer

    def _call(self, call: str, deadline: float) -> Iterator[Outcome]:
        """The outcomes of the parts of a call."""
        records, part, parts = [], 0, 1
        while part < parts:
            opening = Opening(call, part, self.settings.effort, self.settings.seed)
            opened = self._workers.open(opening, with_candidates=True)
            parts = opened["parts"]
            share = (deadline - time.monotonic()) / (parts - part)
            outcome = replace(self._part(opening, opened, time.monotonic() + share), call=call)
            records.append("/".join(outcome.record.path))
            yield outcome
            if outcome.fault is not None:
                raise outcome.fault
            if outcome.status in ("no time", "failed"):
                return
            part += 1
        line = {"run": self._of(call), "records": records, "code": code_digest()}
        self._journal.append(line)
        self.done += 1

    def _part(self, opening: Opening, opened: Answer, deadline: float) -> Outcome:
        """The outcome of one part of a call."""
        began = time.monotonic()
        contenders = [
            Contender(each["choice"], each["kernel"], each["label"])
            for each in opened["candidates"]
        ]
        family = Family.of(opened["family"]["label"], opened["family"]["facts"])
        device = DeviceKey(*self.device["key"])
        settings = self.settings
        kept = self._folder.read(device, family, SizeClass(*opened["size"]))
        if kept is not None and not settings.again and _is_of(kept, contenders):
            return Outcome(kept, "kept")
        run = {
            "opening": opening.request(True),
            "device": str(device),
            "family": family.digest,
            "kernels": [[one.key, one.kernel] for one in contenders],
        }
        answers = Answers(self._journal, digest_of(run), settings.again, settings.retry)
        evaluation = Evaluation(
            self._workers,
            opening,
            answers,
            contenders,
            began,
            deadline,
            self._report,
        )
        self._report(step="part", opened=opened, call=opening.call)
        if settings.strategy is None:
            able = evaluation.prepare()
        else:
            able = searched(evaluation, settings.strategy, settings.seed)
        decision = self._decided(evaluation, able)
        record = record_of(opened, self.device, evaluation, decision, evaluation.copies())
        wrong = {
            one.key: found
            for one in contenders
            for found in [evaluation.states.get(one.key) or evaluation.states.get(one.kernel, {})]
            if found.get("state") in WRONG
        }
        seconds = time.monotonic() - began
        if not decision.ratios and not evaluation.is_cut:
            return Outcome(record, "failed", evaluation.builds, wrong, seconds)
        if record.winner is None and evaluation.is_cut:
            return Outcome(record, "no time", evaluation.builds, wrong, seconds)
        status, fault = "tuned" if record.winner else "default", None
        try:
            with writing(settings.root.joinpath(*record.path)):
                write(settings.root, record)
            self._journal.drop_times(answers.run)
        except OSError as error:
            fault = error
        return Outcome(record, status, evaluation.builds, wrong, seconds, fault=fault)

    def _decided(self, evaluation: Evaluation, able: Sequence[Contender]) -> Decision:
        """The decision of a tournament of the contenders that may be timed."""
        if not able or able[0] is not evaluation.contenders[0]:
            return Decision(None, "no candidate")
        asked = tournament([one.key for one in able], self.settings.seed, self.settings.rules)
        times = None
        try:
            while True:
                times = evaluation.times(asked.send(times))
        except StopIteration as end:
            return end.value
        finally:
            self._workers.rest()

    def _of(self, call: str) -> str:
        """The key of a call's line in the journal."""
        return digest_of({"call": call, "device": list(self.device["key"])})

    def _known(self, call: str) -> list[Record] | None:
        """The records of a call that was tuned before; None where one is missing."""
        lines = [line for line in self._journal.of(self._of(call)) if line.get("records")]
        if not lines or lines[-1].get("code") != code_digest():
            return None
        found = [self._folder.at(tuple(path.split("/"))) for path in lines[-1]["records"]]
        return [record for record in found if record] if all(found) else None


def _is_of(record: Record, contenders: Sequence[Contender]) -> bool:
    """Whether the kernels of a record are those that its choices lead to now."""
    kernels = {one.key: one.kernel for one in contenders}
    table = {key_of(one["choice"]): one.get("kernel") for one in record.all}
    choices = [key_of({}), *([key_of(record.winner)] if record.winner else [])]
    return all(table.get(key) in (None, kernels.get(key)) for key in choices)
