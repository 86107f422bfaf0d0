"""The worker processes of a run: the first measures, the others build and verify beside it.

One more is new whenever it is to be: it confirms what the first one found.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol

from ..errors import ClpoolError, DeviceError
from ..worker.process import Ended
from .journal import Answer

#: Seconds for a worker to start and to make the arrays of a call.
START, OPEN = 60.0, 120.0
#: Deaths in a row after which the default kernel has to run in a new process.
DEATHS = 3


class Worker(Protocol):
    """A process that answers requests (:class:`clpool.worker.process.Worker`)."""

    @property
    def device(self) -> Mapping[str, Any]:
        """The device, as the process describes it."""

    def ask(self, request: Mapping[str, Any], limit: float) -> Answer:
        """The answer, within so many seconds."""

    def close(self) -> None:
        """End the process."""


class CallError(ClpoolError):
    """A call that its function refuses, or for which there is no memory."""


class EmptyCall(CallError):
    """A call whose arrays have no elements."""


class OutOfTime(Exception):
    """The time of a run is over before a call is open."""


@dataclass(frozen=True)
class Opening:
    """A part of a call that workers have open."""

    call: str
    part: int = 0
    effort: str = "standard"
    seed: int = 0

    def request(self, with_candidates: bool) -> dict[str, Any]:
        """The request that opens it."""
        effort = self.effort if with_candidates else None
        return {"do": "open", "call": self.call, "part": self.part, "effort": effort,
                "seed": self.seed}  # fmt: skip


class Workers:
    """Processes by number; one that ended is replaced at the next question.

    Args:
        start: starts a process.
        count: processes that work at once, at most; the number of the new one.

    Raises:
        CallError: a function refuses its call, or there is nothing to compute.
        DeviceError: no process can use the device.
    """

    def __init__(self, start: Callable[[], Worker], count: int = 1) -> None:
        self.count = count
        #: By :func:`time.monotonic`, when no call is opened any more.
        self.deadline = math.inf
        self._start = start
        self._workers: list[Worker | None] = [None] * (count + 1)
        self._opened: list[Opening | None] = [None] * (count + 1)
        self._answers: list[Answer] = [{}] * (count + 1)
        self._stock: list[tuple[Worker, Opening, Answer]] = []
        self._deaths = 0

    def device(self) -> Mapping[str, Any]:
        """The device, as a process describes it."""
        return self._worker(0).device

    def open(self, opening: Opening, number: int = 0, with_candidates: bool = False) -> Answer:
        """Open a part of a call in a process, unless it is open; its answer.

        Raises:
            OutOfTime: the deadline was reached.
        """
        if self._opened[number] != opening or with_candidates:
            self._opened[number] = None
            answer = self._first_answer(opening, number, with_candidates)
            if answer["state"] == "empty":
                raise EmptyCall(f"{opening.call} has no elements: there is nothing to tune")
            if answer["state"] != "open":
                raise CallError(f"{opening.call} cannot be computed: {answer.get('detail')}")
            self._opened[number], self._answers[number] = opening, answer
        return self._answers[number]

    def ask(
        self, opening: Opening, request: Mapping[str, Any], limit: float, number: int = 0
    ) -> Answer:
        """The answer of a process that has a part of a call open; its state if it ended."""
        self.open(opening, number)
        try:
            answer = self._worker(number).ask(request, limit)
        except Ended as end:
            self._drop(number)
            self._deaths += 1
            if self._deaths >= DEATHS:
                self._deaths = 0
                self.open(opening, number)  # raises where the device is gone
            return {"state": end.state, "detail": str(end)}
        self._deaths = 0
        return answer

    def renew(self, opening: Opening, more: int = 1) -> None:
        """Have a new process in place of the last one, number :attr:`count`, with a call open.

        Starting takes longer than measuring: as many start at once as may work at once.

        Args:
            more: new processes that are wanted for this call from now on, this one included.
        """
        self._end(self.count)
        if not self._stock:
            starts = min(self.count, more)
            with ThreadPoolExecutor(starts) as pool:
                made = list(pool.map(lambda _: self._ready(opening), range(starts)))
            self._stock = [one for one in made if one is not None]
        if self._stock:  # else the next question starts one, and raises as any does
            place = self.count
            self._workers[place], self._opened[place], self._answers[place] = self._stock.pop()

    def rest(self) -> None:
        """End the new processes, those that were not wanted among them."""
        stock, self._stock = self._stock, []
        for worker, *_ in stock:
            worker.close()
        self._end(self.count)

    def close(self) -> None:
        """End all processes."""
        self.rest()
        for number in range(self.count):
            self._end(number)

    def _end(self, number: int) -> None:
        """End a process; the next question goes to a new one."""
        worker, self._workers[number], self._opened[number] = self._workers[number], None, None
        if worker is not None:
            worker.close()

    def _ready(self, opening: Opening) -> tuple[Worker, Opening, Answer] | None:
        """A new process with a part of a call open; None where that fails."""
        limit = min(OPEN, self.deadline - time.monotonic())
        try:
            worker = self._start()
            answer = worker.ask(opening.request(False), max(limit, 0.0))
        except Ended:
            return None
        if answer["state"] != "open":
            worker.close()
            return None
        return worker, opening, answer

    def _first_answer(
        self, opening: Opening, number: int, with_candidates: bool, again: bool = True
    ) -> Answer:
        """The answer to the request that opens a part.

        Another program may end a process: the request is sent twice, if ``again``.
        """
        limit = min(OPEN, self.deadline - time.monotonic())
        try:
            return self._worker(number).ask(opening.request(with_candidates), max(limit, 0.0))
        except Ended as end:
            self._drop(number)
            if end.state == "timeout" and limit < OPEN:
                raise OutOfTime from end
            if end.state == "crash" and again:
                return self._first_answer(opening, number, with_candidates, again=False)
            raise DeviceError(
                f"the default kernel of {opening.call} ended its process: {end}"
            ) from end

    def _worker(self, number: int, again: bool = True) -> Worker:
        """A process, started anew where it ended; a start that fails is tried ``again``."""
        found = self._workers[number]
        if found is None:
            try:
                found = self._start()
            except Ended as end:
                absent = end.state == "absent"
                if again and not absent:
                    return self._worker(number, again=False)
                raise DeviceError(
                    end.detail if absent else f"no worker process starts: {end}"
                ) from end
            self._workers[number] = found
        return found

    def _drop(self, number: int) -> None:
        self._workers[number] = self._opened[number] = None
