"""Trials of the tuner on the device at hand, each against its number; minutes altogether.

    python tests/tuner/trials.py [NAME ...] [--count N]

Every trial prints a line; the exit status is 1 where one failed. Folders are temporary.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import pairwise, product
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
sys.path.insert(0, str(Path(__file__).resolve().parent))

import plants
from bits import results_of
from runs import (
    Failed,
    Run,
    Watch,
    children,
    digests,
    files,
    folder,
    kill,
    need,
    remaining,
    say,
    tuned,
)

from clpool.runtime.device import default_queue
from clpool.worker.__main__ import answer_to
from clpool.worker.standard import STANDARD, named
from clpool.worker.steps import Steps

FAMILIES = ["A max 3x3 s2 p1", "B max 2x2 s2", "max 5x5 s2 p2", "H max 13x13", "G A channels last"]
SMALL = "max_pool2d(float32[2, 64, 56, 56], 3, 2, 1)"
#: A family of seven kernels: moments of a run are those of its building, its race and its duels.
FEW = "max_unpool2d(float32[2, 64, 28, 28], int64[2, 64, 28, 28], 2, 2)"


def cold(count: int) -> str:
    """Five families on empty caches within 150 s, and again within 3 s without a build."""
    calls = [str(named(name)[0]) for name in FAMILIES]
    with folder() as root:
        first = Run(root, *calls, budget=150).wait()
        need(first.status == 0, first.output)
        need(len(files(root)) == len(calls), f"{len(files(root))} records\n{first.output}")
        made = [json.loads(path.read_text()) for path in files(root)]
        again = Run(root, *calls, budget=150).wait()
    say(first.output)
    kernels = max(len({each["kernel"] for each in record["all"]}) for record in made)
    need(first.seconds <= 150, f"took {first.seconds:.1f} s")
    need(kernels <= 35, f"{kernels} kernels of a family")
    need(again.seconds <= 3 and " 0 kernels built" in again.output, again.output)
    return f"{first.seconds:.1f} s, at most {kernels} kernels; again {again.seconds:.1f} s, 0 built"


def budget(count: int) -> str:
    """20 s with an endless kernel, a build of a minute and 500 candidates end within 25 s."""
    run = tuned(SMALL, hook="endless", budget=20)
    need(run.seconds <= 25, f"{run.seconds:.1f} s\n{run.output}")
    need(run.status == 0, run.output)
    return f"{run.seconds:.1f} s: {run.output.splitlines()[-2]}"


def faults(count: int) -> str:
    """Planted faults have their states, none is chosen, and wrong ones end with status 3."""
    run = tuned("max_pool2d(float32[2, 3, 56, 83], 3, 2, 1, return_indices=True)", hook="faults")
    need(run.status == 3, run.output)
    need(len(run.kept) == 1, run.output)
    (record,) = run.kept
    states = {each["choice"].get("tile"): each["state"] for each in record["all"]}
    found = {name: states[tile] for name, tile in plants.TILES.items() if tile in states}
    expected = {
        **dict.fromkeys(("one_ulp", "next_index", "unwritten"), "wrong"),
        **{"beyond": "canary", "compile": "compile", "segfault": "crash", "exit": "crash"},
        **{"endless": "timeout", "slow": "correct", "no_memory": "memory"},
        **dict.fromkeys(("small_shapes", "last"), "wrong"),
    }
    need(found == expected, f"{found}\n{run.output}")
    need("tile" not in (record["winner"] or {}), str(record["winner"]))
    planted = set(plants.TILES.values())
    honest = [one["state"] for one in record["all"] if one["choice"].get("tile") not in planted]
    need(set(honest) == {"correct"}, str(honest))
    return f"{len(found)} states are right, {len(honest)} honest candidates timed, status 3"


def copies(count: int) -> str:
    """Of 20 families whose candidates are copies of the default at most one has a winner."""
    kinds = list(product(("max", "avg"), (2, 3, 4, 5, 6), (1, 2)))[:count]
    calls = [f"{mode}_pool2d(float32[4, 32, 56, 72], {k}, {s})" for mode, k, s in kinds]
    won = 0
    with folder() as root:
        run = Run(root, *calls, hook="copies", budget=60.0 * count).wait()
        need(run.status == 0, run.output)
        records = [json.loads(path.read_text()) for path in files(root)]
        won = sum(record["winner"] is not None for record in records)
    need(len(records) == len(calls), f"{len(records)} records\n{run.output}")
    need(won <= max(count // 20, 1), run.output)
    return f"{won} winners of {len(records)} families of copies, {run.seconds:.0f} s"


def bad_default(count: int) -> str:
    """A scalar default is replaced by what is within 5 % of the good one, by more than 1.5."""
    run = tuned(str(named("max 5x5")[0]), hook="bad_default", budget=30)
    need(run.seconds <= 32 and run.status == 0, run.output)
    need(len(run.kept) == 1, run.output)
    (record,) = run.kept
    need(record["winner"] is not None, run.output)
    ratios = {json.dumps(each["choice"]): each["ratio"] for each in record["all"]}
    good = ratios['{"schedule.few_outputs": 3}']
    own = ratios[json.dumps(record["winner"])]
    need(record["duel"]["low"] > 1.5, str(record["duel"]))
    need(own >= 0.95 * good, f"{own} of {good}")
    gain = record["duel"]["ratio"]
    return f"{record['winner']}: {gain}x the default, {own / good:.2f} of the good one"


def parent(count: int) -> str:
    """SIGKILL of the parent at random moments: files are whole, nothing is left, it goes on."""
    return _killed(count, "parent")


def worker(count: int) -> str:
    """SIGKILL of a worker at random moments: the run goes on without the candidate in flight."""
    return _killed(count, "worker")


def _killed(count: int, whom: str) -> str:
    rng = random.Random(1)
    whole = tuned(FEW, "--effort=quick")
    left = repeated = decided = 0
    for _ in range(count):
        with folder() as root, Watch(root) as watch:
            run = Run(root, FEW, "--effort=quick")
            time.sleep(rng.uniform(0.3, whole.seconds))
            workers = children(run.process.pid)
            victims = [run.process.pid] if whom == "parent" else workers[:1]
            for pid in victims:
                kill(pid)
            run.wait()
            left += remaining(workers, seconds=2)
            for path in files(root):
                json.loads(path.read_text())
            if whom == "worker":
                need(run.status == 0, run.output)
            again = Run(root, FEW, "--effort=quick").wait()
            need(again.status == 0, again.output)
            need(len(files(root)) == 1, f"{files(root)}")
            repeated = max(repeated, watch.most())
            winner = json.loads(files(root)[0].read_text())["winner"]
            decided += winner == whole.kept[0]["winner"]
    need(left == 0, f"{left} processes left")
    need(repeated == 1, f"an answer was asked for {repeated} times")
    return f"{count} kills: files whole, no process left, no answer twice, {decided} decided alike"


def four(count: int) -> str:
    """Four runs at once: every record is whole, and no two measure at the same time."""
    calls = [f"max_pool2d(float32[2, 32, 56, 56], {n}, 2)" for n in (2, 3, 4, 5)]
    with folder() as root, Watch(root) as watch:
        runs = [Run(root, *calls[n:], *calls[:n], "--effort=quick", budget=300) for n in range(4)]
        for run in runs:
            run.wait()
            need(run.status == 0, run.output)
        turns = sorted(one for one in watch.answers if "#" in one[-1])
        overlaps = sum(b[0] < a[1] and a[2] != b[2] for a, b in pairwise(turns))
        need(overlaps == 0, f"{overlaps} overlaps")
        need(len({pid for _, _, pid, *_ in turns}) > 1, "one process measured everything")
        need(len(files(root)) == len(calls), f"{len(files(root))} records")
        for path in files(root):
            json.loads(path.read_text())
        return f"{len(files(root))} records, {len(turns)} turns of 4 processes, no two at once"


def gpu(count: int) -> str:
    """With the traits of a GPU a family is tuned from end to end."""
    run = tuned("max_pool2d(float32[2, 32, 56, 56], 3, 2, 1)", hook="as_gpu")
    need(run.status == 0, run.output)
    need(len(run.kept) == 1, run.output)
    (record,) = run.kept
    states = {each["state"] for each in record["all"]}
    need(record["device"]["key"].startswith("gpu,"), record["device"]["key"])
    need(states == {"correct"}, str(states))
    return f"{record['tried']} candidates of {record['device']['key']}: {record['winner']}"


def standard(count: int) -> str:
    """All cases are tuned: no record is slower than the default, and "exact" keeps all bits."""
    with folder() as root:
        run = Run(root, budget=1800).wait()
        need(run.status == 0, run.output)
        say(run.output)
        environment = {**os.environ, "CLPOOL_TUNING": str(root / "records"), "TMPDIR": str(root)}
        check = [sys.executable, "-m", "clpool", "tuned", "check"]
        done = subprocess.run(check, env=environment, capture_output=True, text=True)
        say(done.stdout + done.stderr)
        need(done.returncode == 0, done.stderr)
        again = subprocess.run(check, env=environment, capture_output=True, text=True)
        need("slower than" not in again.stdout, again.stdout)
        found = [digests(root, setting) for setting in ("off", "exact")]
        need(found[0] == found[1], "bits differ under CLPOOL_TUNING=exact")
        records = [json.loads(path.read_text()) for path in files(root)]
        won = [record for record in records if record["winner"] is not None]
        slower = done.stdout.count("slower than")
        counts = f"{len(records)} records, {len(won)} winners, {slower} turned to the default"
        return f"{counts}, bits equal"


def exact(count: int) -> str:
    """A kernel that is said to give the default's bits gives them for other values, too."""
    steps, others = Steps(default_queue()), Steps(default_queue())
    same = bounded = 0
    for name, text in STANDARD.items():
        found = steps.open(text)
        others.open(text, effort=None, seed=1)
        expected = results_of(others, {})
        for one in {each["kernel"]: each for each in found["candidates"]}.values():
            answer = answer_to({"do": "verify", "choice": one["choice"]}, steps)
            if answer["state"] == "correct" and answer["bits"] == "same":
                same += 1
                need(results_of(others, one["choice"]) == expected, f"{name}: {one['choice']}")
            bounded += answer.get("bits") == "bounded"
    return f"{same} kernels of {len(STANDARD)} cases give the default's bits, {bounded} others"


TRIALS: dict[str, tuple[Callable[[int], str], int]] = {
    "cold": (cold, 1),
    "budget": (budget, 1),
    "faults": (faults, 1),
    "copies": (copies, 20),
    "bad_default": (bad_default, 1),
    "parent": (parent, 50),
    "worker": (worker, 50),
    "four": (four, 1),
    "gpu": (gpu, 1),
    "exact": (exact, 1),
    "standard": (standard, 1),
}


def main() -> int:
    """Run the trials; 1 where one failed."""
    parser = argparse.ArgumentParser(description="Trials of the tuner.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(TRIALS))
    parser.add_argument("--count", type=int, help="kills, or families of copies")
    options = parser.parse_args()
    failed = 0
    for name in options.names or [name for name in TRIALS if name != "standard"]:
        trial, count = TRIALS[name]
        began = time.monotonic()
        try:
            words = trial(options.count or count)
        except Failed as error:
            failed, words = 1, f"FAILED: {error}"
        say(f"{name:<12}{time.monotonic() - began:>6.0f} s  {words}")
    return failed


if __name__ == "__main__":
    sys.exit(main())
