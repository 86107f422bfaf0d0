"""What a benchmark found: its numbers, the tables of them, and the circumstances."""

from __future__ import annotations

import datetime
import json
import platform
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import clpool

from .contender import COPY, Field


@dataclass(frozen=True)
class Timing:
    """The times of one contender, in seconds per call.

    Args:
        rounds: how often it was timed.
        calls: calls per round, whose mean is a round's time.
    """

    library: str
    form: str
    fresh: bool
    median: float
    best: float
    quartiles: tuple[float, float]
    rounds: int
    calls: int

    @classmethod
    def of(cls, library: str, form: str, fresh: bool, times: Sequence[float], calls: int) -> Timing:
        """The statistics of the times of all rounds."""
        low, middle, high = (
            statistics.quantiles(times, n=4, method="inclusive") if len(times) > 1 else [*times] * 3
        )
        return cls(library, form, fresh, middle, min(times), (low, high), len(times), calls)

    @property
    def name(self) -> str:
        """The library and the form."""
        return f"{self.library} {self.form}".strip()


@dataclass
class Outcome:
    """What was found about one case.

    Args:
        wrong: who gave a wrong result, and which; none of them was timed.
        absent: who did not take part, and why.
    """

    name: str
    shape: tuple[int, ...]
    dtype: str
    bytes_moved: int
    timings: list[Timing] = field(default_factory=list)
    wrong: dict[str, str] = field(default_factory=dict)
    absent: dict[str, str] = field(default_factory=dict)

    @property
    def floor(self) -> Timing:
        """The faster copy."""
        return min((t for t in self.timings if t.library == COPY), key=lambda t: t.median)

    def ratio(self, timing: Timing) -> float:
        """A median over that of the floor."""
        return timing.median / self.floor.median

    def best_ratio(self, timing: Timing) -> float:
        """A best time over that of the copies: what noise disturbs least."""
        return timing.best / min(t.best for t in self.timings if t.library == COPY)

    def rate(self, timing: Timing) -> float:
        """The bytes that must be moved, per second, in GB."""
        return self.bytes_moved / timing.median / 1e9

    def libraries(self) -> dict[str, Timing]:
        """The fastest contender of each library, copies left out."""
        best: dict[str, Timing] = {}
        for timing in sorted(self.timings, key=lambda t: t.median):
            if timing.library != COPY:
                best.setdefault(timing.library, timing)
        return best

    def lines(self) -> Iterator[str]:
        """The case's own table."""
        shape = "x".join(map(str, self.shape))
        yield f"{self.name}   {shape} {self.dtype}, {size(self.bytes_moved)} in and out"
        for timing in sorted(self.timings, key=lambda t: t.median):
            mark = "   the floor" if timing == self.floor else ""
            few = f"   {timing.rounds} rounds" if timing.rounds < self.floor.rounds else ""
            yield (
                f"  {timing.name:<33}{timing.median * 1e3:>10.4g}{timing.best * 1e3:>10.4g}"
                f"{self.ratio(timing):>9.2f}{self.best_ratio(timing):>9.2f}"
                f"{self.rate(timing):>8.1f}{mark}{few}"
            )
        for kind, reasons in (("WRONG", self.wrong), ("absent", self.absent)):
            for name, reason in reasons.items():
                yield f"  {name:<33}{kind}: {reason}"

    @property
    def own_fault(self) -> bool:
        """Whether clpool was wrong or could not do it."""
        wrong = any(name.split()[0] == "clpool" for name in self.wrong)
        return wrong or "clpool" not in self.libraries()

    def summary(self) -> str:
        """The case's row in the table of all."""
        best = self.libraries()
        own = best.pop("clpool", None)
        row = f"{self.name:<33}{self.floor.median * 1e3:>10.4g}"
        if own:
            row += f"{own.median * 1e3:>10.4g}{self.ratio(own):>9.2f}{self.best_ratio(own):>9.2f}"
        else:
            row += f"{'FAILED':>10}{'':>18}"
        if best:
            rival = min(best.values(), key=lambda t: t.median)
            row += f"{rival.median * 1e3:>10.4g}  {rival.name:<31}"
            row += f"{rival.median / own.median:>7.2f}" if own else ""
        return row.rstrip()

    def as_dict(self) -> dict[str, Any]:
        """For JSON, with what follows from the times."""
        found = asdict(self)
        for entry, timing in zip(found["timings"], self.timings, strict=True):
            entry["ratio"] = self.ratio(timing)
            entry["best_ratio"] = self.best_ratio(timing)
            entry["gigabytes_per_second"] = self.rate(timing)
        return found

    @classmethod
    def from_dict(cls, found: dict[str, Any]) -> Outcome:
        """What :meth:`as_dict` made, also after a journey through JSON."""
        names = Timing.__dataclass_fields__
        timings = [
            Timing(**{**{n: entry[n] for n in names}, "quartiles": tuple(entry["quartiles"])})
            for entry in found["timings"]
        ]
        return cls(**{**found, "shape": tuple(found["shape"]), "timings": timings})


#: Over the tables of cases, and over that of all. "x floor" is a ratio of medians, "at best" one of
#: the best times.
HEADER = f"  {'':<33}{'median ms':>10}{'best ms':>10}{'x floor':>9}{'at best':>9}{'GB/s':>8}"
SUMMARY = (
    f"{'':<33}{'floor ms':>10}{'clpool':>10}{'x floor':>9}{'at best':>9}{'rival ms':>10}  "
    f"{'the fastest rival':<31}{'times':>7}"
)


def summary(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """The table of all cases: clpool, the floor, and the fastest rival."""
    yield SUMMARY
    for outcome in outcomes:
        yield outcome.summary()


def rates(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """The table of sizes: GB/s of the floor and of every library's fastest contender."""
    names = list(dict.fromkeys(name for outcome in outcomes for name in outcome.libraries()))
    names = sorted(names, key="clpool".__ne__)
    yield f"{'GB/s':<14}{'copy':>8}" + "".join(f"{name:>13}" for name in names)
    for outcome in outcomes:
        best = outcome.libraries()
        each = (f"{outcome.rate(best[n]):>13.3g}" if n in best else f"{'-':>13}" for n in names)
        yield f"{outcome.name:<14}{outcome.rate(outcome.floor):>8.3g}" + "".join(each)


def write(path: Path, record: dict[str, Any]) -> None:
    """A record as JSON, in a folder that need not be there yet."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


def size(count: int) -> str:
    """A number of bytes for a reader."""
    for unit, factor in (("MB", 10**6), ("kB", 10**3)):
        if count >= factor:
            return f"{count / factor:.3g} {unit}" if count < 1e9 else f"{count / 1e9:.3g} GB"
    return f"{count} B"


def circumstances(where: Field) -> dict[str, Any]:
    """Everything that a reader must know to repeat a measurement, or to doubt it."""
    device = where.queue.device
    return {
        "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "commit": commit(),
        "device": device.name.strip(),
        "platform": device.platform.version.strip(),
        "driver": device.driver_version.strip(),
        "threads": where.threads,
        "arrays": where.arrays,
        "cpu": cpu(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "versions": dict(versions()),
    }


def versions() -> Iterator[tuple[str, str]]:
    """The libraries that take part, those that are installed."""
    yield "clpool", clpool.__version__
    for name in ("numpy", "pyopencl", "torch", "onnxruntime", "openvino", "jax"):
        try:
            yield name, version(name)
        except PackageNotFoundError:
            continue


def commit(folder: Path = Path(__file__).parent) -> str | None:
    """The commit of the checkout, with a mark if files differ from it; None without one."""

    def git(*words: str) -> str:
        done = subprocess.run(
            ["git", "-C", str(folder), *words], capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    try:
        changed = git("status", "--porcelain", "--untracked-files=no")
        return git("rev-parse", "--short=12", "HEAD") + (" with changes" if changed else "")
    except (OSError, subprocess.CalledProcessError):
        return None


def cpu() -> str:
    """The name of the CPU."""
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def progress(items: Sequence[Any], name: Callable[[Any], str]) -> Iterator[Any]:
    """The items one by one, and how far it is on stderr: a bar of tqdm's, or else lines."""
    try:
        from tqdm import tqdm
    except ImportError:
        for number, item in enumerate(items, 1):
            print(f"{number}/{len(items)} {name(item)}", file=sys.stderr, flush=True)
            yield item
        return
    with tqdm(items, file=sys.stderr, dynamic_ncols=True, leave=False, disable=None) as bar:
        for item in bar:
            bar.set_description(name(item))
            yield item


def show(text: str) -> None:
    """Print while a bar is on the screen."""
    try:
        from tqdm import tqdm
    except ImportError:
        print(text, flush=True)
        return
    with tqdm.external_write_mode(file=sys.stdout):
        print(text, flush=True)
