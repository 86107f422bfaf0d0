"""What a driver is told: every copy, kernel and wait, in their order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pyopencl as cl
import pytest

_BUFFER = cl.Buffer


@dataclass
class Command:
    """A command, the queue it was enqueued on, its event, and the commands that it waits for.

    ``kind`` is "up", "run", "map" or "down"; ``waited``, how many commands had been enqueued when
    the host first waited for it, 0 until then.
    """

    kind: str
    queue: Any
    event: Any
    after: list[int]
    waited: int = 0


@dataclass
class Commands:
    """A record of commands; ``fails`` may raise instead of any, by its kind and number."""

    fails: Callable[[str, int], None] = lambda kind, number: None
    made: list[Command] = field(default_factory=list)
    mapped: int = 0

    def of(self, kind: str) -> list[Command]:
        """The commands of a kind."""
        return [command for command in self.made if command.kind == kind]

    def add(self, kind: str, queue: Any, wait: Any, enqueue: Callable[[], Any]) -> Any:
        """Enqueue a command and note it."""
        self.fails(kind, len(self.of(kind)))
        event = enqueue()
        after = [self._number(other) for other in wait or ()]
        self.made.append(Command(kind, queue, event, after))
        return event

    def wait(self, events: Any) -> None:
        """Note that the host waits."""
        for event in events:
            command = self.made[self._number(event)]
            command.waited = command.waited or len(self.made)

    def _number(self, event: Any) -> int:
        return next(n for n, command in enumerate(self.made) if command.event is event)


def recorded(monkeypatch: pytest.MonkeyPatch) -> Commands:
    """Record the commands that follow, and count the buffers that are mapped."""
    commands = Commands()
    copy, launch, wait = cl.enqueue_copy, cl.enqueue_nd_range_kernel, cl.wait_for_events
    map_buffer, release = cl.enqueue_map_buffer, cl.MemoryMap.release

    def copied(queue: Any, target: Any, source: Any, **options: Any) -> Any:
        kind = "up" if isinstance(target, _BUFFER) else "down"
        after = options.get("wait_for")
        return commands.add(kind, queue, after, lambda: copy(queue, target, source, **options))

    def launched(queue: Any, kernel: Any, size: Any, group: Any, offset: Any, after: Any) -> Any:
        return commands.add(
            "run", queue, after, lambda: launch(queue, kernel, size, group, offset, after)
        )

    def waited(events: Any) -> None:
        commands.wait(events)
        wait(events)

    def mapped(queue: Any, *arguments: Any, **options: Any) -> Any:
        memory: list[Any] = []

        def enqueue() -> Any:
            memory.extend(map_buffer(queue, *arguments, **options))
            return memory[1]

        if options.get("is_blocking", True):
            enqueue()  # pinned memory, which no command fills
        else:
            commands.add("map", queue, options.get("wait_for"), enqueue)
        commands.mapped += 1
        return memory[0], memory[1]

    def unmapped(memory: Any, *arguments: Any) -> Any:
        commands.mapped -= 1
        return release(memory, *arguments)

    monkeypatch.setattr(cl, "enqueue_copy", copied)
    monkeypatch.setattr(cl, "enqueue_nd_range_kernel", launched)
    monkeypatch.setattr(cl, "wait_for_events", waited)
    monkeypatch.setattr(cl, "enqueue_map_buffer", mapped)
    monkeypatch.setattr(cl.MemoryMap, "release", unmapped)
    return commands
