"""A worker of the tuner's tests: no device, and times that follow from the choice."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Collection, Mapping
from typing import Any

from clpool.tuning import key_of
from clpool.worker.process import Ended

DEVICE = {
    "name": "a device",
    "platform": "a platform",
    "version": "OpenCL 3.0",
    "driver": "1.0",
    "units": 2,
    "kind": "cpu",
    "cache": 2**25,
    "memory": 2**33,
    "key": ["cpu", "Vendor", "arch", "1-2", "stack", 2, "1.0"],
}


class Faked:
    """The machine that fake workers run on: what every question finds.

    Args:
        times: seconds of a call by the text of its choice.
        states: states other than "correct", by the text of a choice; "crash" and "timeout" end the
            worker.
        parts: of every call.
        noise: the relative spread of times.
        empty: calls without elements.
    """

    def __init__(
        self,
        times: Mapping[str, float],
        states: Mapping[str, str] | None = None,
        parts: int = 1,
        noise: float = 0.01,
        empty: Collection[str] = (),
    ) -> None:
        self.times, self.states, self.parts, self.noise = times, states or {}, parts, noise
        self.empty = empty
        self.asked: list[dict[str, Any]] = []
        self.started = 0
        self.before: Callable[[Mapping[str, Any], float], None] = lambda request, limit: None
        self._random = random.Random(1)

    def start(self) -> FakeWorker:
        """Start a worker."""
        self.started += 1
        return FakeWorker(self)

    def of(self, do: str) -> list[dict[str, Any]]:
        """The questions of a kind."""
        return [request for request in self.asked if request["do"] == do]


def kernel_of(key: str) -> str:
    """The kernel of a choice, whatever its range."""
    return key_of({n: v for n, v in json.loads(key).items() if n != "items_per_unit"})


class FakeWorker:
    """A worker; :attr:`device` is :data:`DEVICE`."""

    device = DEVICE

    def __init__(self, faked: Faked) -> None:
        self._faked = faked

    def ask(self, request: Mapping[str, Any], limit: float) -> dict[str, Any]:
        """The answer to a question."""
        self._faked.asked.append(dict(request))
        self._faked.before(request, limit)
        return getattr(self, request["do"])(request)

    def close(self) -> None:
        """Nothing is left."""

    def open(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """The family is the call's and the part's."""
        if request["call"] in self._faked.empty:
            return {"state": "empty"}
        times = self._faked.times if request["effort"] else {}
        facts = {"call": request["call"], "part": request["part"]}
        return {
            "state": "open",
            "family": {"label": f"family of {request['call']}", "facts": facts},
            "size": [5, 9, -1],
            "shape": [1, 2, 32, 32],
            "parts": self._faked.parts,
            "bytes": 2**20,
            "candidates": [
                {"choice": json.loads(key), "kernel": kernel_of(key), "label": "a kernel"}
                for key in times
            ],
        }

    def build(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Built, unless the choice does not compile."""
        state = self._faked.states.get(key_of(request["choice"]))
        if state == "compile":
            return {"state": state, "detail": "error"}
        return {"state": "built", "seconds": 0.1, "compiled": 1}

    def verify(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Correct, unless it is not."""
        state = self._faked.states.get(key_of(request["choice"]), "correct")
        if state in ("crash", "timeout"):
            raise Ended(state, "gone")
        return {"state": state, "bits": "same", "detail": "", "call": "a call", "seed": 0}

    def time(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """The times of the choices, with noise."""
        spread, draw = self._faked.noise, self._faked._random.uniform
        times = [
            self._faked.times[key_of(choice)] * (1 + draw(-spread, spread))
            for choice in request["order"]
        ]
        return {"state": "timed", "seconds": times, "events": [None] * len(times)}

    def copy(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """A copy takes half a millisecond."""
        return {"state": "timed", "seconds": [5e-4] * request["count"]}
