"""The states and the times of the candidates of one call, from workers or from the journal."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..tuning import Choice, key_of
from .journal import Answer, Answers
from .tournament import Request, Times
from .workers import Opening, Workers

#: Seconds to build a kernel, at most, and of the shortest limit of another step.
BUILD, LEAST = 30.0, 2.0
#: How many times the default's time a verification, and a turn, may take.
VERIFY, TURN = 5.0, 20.0
#: The shares of the time after which kernels are no longer built, and the race ends.
BUILDING, RACING = 0.6, 0.85

#: States of a contender whose process ended: only a second time counts.
ENDED = ("crash", "timeout")

#: An answer that was cut short by the end of the run's time: nothing is known.
UNKNOWN: Answer = {"state": None}


@dataclass(frozen=True)
class Contender:
    """A candidate as workers describe it."""

    choice: Choice
    kernel: str
    label: str

    @property
    def key(self) -> str:
        """The text of its choice."""
        return key_of(self.choice)


@dataclass
class Evaluation:
    """The candidates of one part of a call.

    Args:
        workers, opening, answers: whom to ask, of which call, and what is known.
        contenders: the default first.
        began, deadline: by :func:`time.monotonic`: from when until when questions are asked.
        report: is told of every step.

    :attr:`is_cut` says whether the time was over before all was known.
    """

    workers: Workers
    opening: Opening
    answers: Answers
    contenders: Sequence[Contender]
    began: float
    deadline: float
    report: Callable[..., None] = lambda **_: None
    states: dict[str, Answer] = field(default_factory=dict)
    builds: int = 0
    is_cut: bool = False
    _verify_limit: float = BUILD
    _time_limit: float = BUILD
    _ended: set[str] = field(default_factory=set)
    _failure: BaseException | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def prepare(self) -> list[Contender]:
        """Build and verify every kernel, the default's first; the contenders that may be timed."""
        first = {one.kernel: one for one in reversed(self.contenders)}
        default = self.contenders[0]
        tasks = deque(one for kernel, one in first.items() if kernel != default.kernel)
        tasks.reverse()
        judged = threading.Event()
        threads = [
            threading.Thread(target=self._help, args=(tasks, number, judged), daemon=True)
            for number in range(1, self.workers.count)
        ]
        for thread in threads:
            thread.start()
        try:
            began = time.monotonic()
            self.judge(default)
            self._verify_limit = max(LEAST, VERIFY * (time.monotonic() - began))
            judged.set()
            self._work(tasks, 0)
        except BaseException as error:
            self._failure = error
            self.workers.close()  # what the others wait for ends
            raise
        finally:
            judged.set()
            for thread in threads:
                thread.join()
        if self._failure is not None:
            raise self._failure
        return [one for one in self.contenders if self.state(one) == "correct"]

    def judge(self, contender: Contender) -> None:
        """Build and verify one contender's kernel, unless that is known."""
        for _ in range(2):
            if self.state(contender) is None:
                self._judge(contender, 0)

    def left_to_build(self) -> float:
        """Seconds that are left to build kernels."""
        return self._at(BUILDING) - time.monotonic()

    def state(self, contender: Contender) -> str | None:
        """What is known of a contender: of its choice, or of its kernel."""
        found = self.states.get(contender.key) or self.states.get(contender.kernel) or UNKNOWN
        return found["state"]

    def times(self, request: Request) -> Times:
        """The times that a tournament asks for; None where the time of its stage is over."""
        contenders = {one.key: one for one in self.contenders}
        if request.stage != "race":
            for key in dict.fromkeys(request.order):
                self._verified(contenders[key])
        if request.fresh and not self.answers.has(_turn(request, 0)):
            self.workers.renew(self.opening, request.fresh)
        seconds: list[float | None] = []
        for number, key in enumerate(request.order):
            contender = contenders[key]
            if self.state(contender) != "correct":
                seconds.append(None)
                continue
            ask = self._timing(request, contender)
            answer = self.answers.find(_turn(request, number), ask)
            if answer["state"] is None:
                return None
            if answer["state"] != "timed":
                self.states[key] = answer
            seconds.append(answer["seconds"][0] if answer["state"] == "timed" else None)
        self.report(step="timed", request=request, seconds=seconds)
        return seconds

    def copies(self, count: int = 5) -> list[float]:
        """The times of copies of as many bytes as the call moves."""
        request = {"do": "copy", "count": count}
        answer = self.answers.find("copy", lambda: self._ask(request, BUILD))
        return list(answer.get("seconds", ()))

    def _help(self, tasks: deque[Contender], number: int, judged: threading.Event) -> None:
        """Open the call in a process of its own, and work once the default kernel is judged.

        Results to compare with are computed meanwhile, since each process has its own.
        """
        try:
            if any(not self.answers.has(_kernel(one)) for one in tuple(tasks)):
                self._ask({"do": "verify", "choice": {}}, BUILD, number, self._at(BUILDING))
            judged.wait()
            self._work(tasks, number)
        except Exception as error:
            self._failure = self._failure or error

    def _work(self, tasks: deque[Contender], number: int) -> None:
        """Build and verify kernels until there are none left, or no time."""
        while self._failure is None:
            if time.monotonic() >= self._at(BUILDING):
                self.is_cut = self.is_cut or bool(tasks)
                return
            try:
                contender = tasks.popleft()
            except IndexError:
                return
            self._judge(contender, number)
            if self._is_open(contender):
                tasks.append(contender)

    def _is_open(self, contender: Contender) -> bool:
        """Whether a contender ended a process once, which another program may have ended."""
        return contender.kernel in self._ended and self.state(contender) is None

    def _judge(self, contender: Contender, number: int) -> None:
        """Build a kernel and verify it, in one process."""

        def ask() -> Answer:
            choice = dict(contender.choice)
            until = self._at(BUILDING)
            built = self._ask({"do": "build", "choice": choice}, BUILD, number, until)
            if built["state"] != "built":
                return built
            verify = {"do": "verify", "choice": choice}
            found = self._ask(verify, self._verify_limit, number, until)
            return {"build": built["seconds"], "compiled": built["compiled"], **found}

        def asked() -> Answer:
            found = ask()
            if found["state"] not in ENDED or contender.kernel in self._ended:
                return found
            self._ended.add(contender.kernel)
            return UNKNOWN

        answer = self.answers.find(_kernel(contender), asked)
        with self._lock:
            self.builds += answer.get("compiled", 0) * ("replayed" not in answer)
            self.states[contender.kernel] = answer
        self.report(step="kernel", contender=contender, answer=answer)

    def _verified(self, contender: Contender) -> None:
        """Verify a finalist in its own range, where its kernel was verified in another."""
        first = next(one for one in self.contenders if one.kernel == contender.kernel)
        if first is contender or contender.key in self.states:
            return
        if self.state(contender) != "correct":
            return
        request = {"do": "verify", "choice": dict(contender.choice)}
        answer = self.answers.find(
            f"range/{contender.key}", lambda: self._ask(request, self._verify_limit)
        )
        self.states[contender.key] = answer

    def _timing(self, request: Request, contender: Contender) -> Callable[[], Answer]:
        """A question for the time of a contender."""
        asked = {"do": "time", "order": [dict(contender.choice)]}
        process = self.workers.count if request.fresh else 0
        until = self._at(RACING if request.stage == "race" else 1.0)

        def ask() -> Answer:
            answer = self._ask(asked, self._time_limit, process, until)
            if contender is self.contenders[0] and answer["state"] == "timed":
                self._time_limit = max(LEAST, TURN * answer["seconds"][0])
            return answer

        return ask

    def _at(self, share: float) -> float:
        """When a share of the time is over."""
        return self.began + share * (self.deadline - self.began)

    def _ask(
        self,
        request: Mapping[str, Any],
        limit: float,
        number: int = 0,
        until: float | None = None,
    ) -> Answer:
        """Ask a process, within the time that is left."""
        left = (until or self.deadline) - time.monotonic()
        if left > 0:
            answer = self.workers.ask(self.opening, request, min(limit, left), number)
            if self._failure is not None:
                return UNKNOWN
            if answer["state"] != "timeout" or left >= limit:
                return answer
        self.is_cut = True
        return UNKNOWN


def _kernel(contender: Contender) -> str:
    """The key of the answer on a contender's kernel."""
    return f"kernel/{contender.kernel}"


def _turn(request: Request, number: int) -> str:
    """The key of one turn of a request."""
    return f"{request.key}#{number}/{request.order[number]}"
