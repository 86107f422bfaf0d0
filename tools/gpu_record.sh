#!/usr/bin/env bash
# A dated record of one GPU within 8 minutes, on a machine that may be bare and without a network:
#
#   tools/gpu_record.sh [WHEELS]
#
# WHEELS is a folder of wheels, filled where there is a network, by the machine's version of Python:
#   pip wheel --wheel-dir WHEELS '.[pocl,dev]' 'setuptools>=77' wheel
# PyTorch with CUDA takes part where the machine's python3 has it. Without WHEELS .venv serves as it is.
# CLPOOL_DEVICE chooses the device, CARD the one of cards.json that it is, TESTS some of the tests, WITHIN
# other seconds, and RECORD the folder; else it is docs/benchmarks/DATE-DEVICE: facts.txt, tests.txt,
# bench.json (arrays on the device), numpy.json (numpy arrays: the way there and back), model.json,
# README.md. A part that fails, or runs out of its seconds, is named, and the others go on.
set -uo pipefail
cd "$(dirname "$0")/.."
WITHIN=${WITHIN:-480}  # seconds for all
failed=()

left() {  # MOST: so many seconds, or what is left
    local rest=$((WITHIN - SECONDS))
    echo $((rest < $1 ? (rest > 1 ? rest : 1) : $1))
}

part() {  # NAME MOST COMMAND...: a command that may fail, within its seconds
    local name=$1 most=$2 rc=0
    shift 2
    timeout --kill-after=5 "$(left "$most")" "$@" || rc=$?
    ((rc == 0)) || failed+=("$name: $([[ $rc == 124 || $rc == 137 ]] && echo 'out of time' || echo "exit status $rc")")
}

PYTHON=${PYTHON:-.venv/bin/python}
if (($#)); then
    PYTHON=out/record-venv/bin/python
    "${PYTHON3:-python3}" -m venv --system-site-packages out/record-venv || exit 1
    "$PYTHON" -m pip install -q --no-index --find-links "$1" --editable '.[pocl,dev]' || exit 1
fi
# The driver of NVIDIA, where no loader has been told of it, beside all others.
if [[ -z ${OCL_ICD_VENDORS-} ]] && ! compgen -G '/etc/OpenCL/vendors/nvidia*' >/dev/null; then
    DRIVER=$(find /usr/local/nvidia /usr/local/cuda*/ /usr/lib* -name libnvidia-opencl.so.1 2>/dev/null | head -n 1)
    if [[ -n $DRIVER ]]; then
        mkdir -p out/vendors
        cp /etc/OpenCL/vendors/*.icd out/vendors 2>/dev/null
        "$PYTHON" -c 'import pathlib, pyopencl
for icd in (pathlib.Path(pyopencl.__file__).parent / ".libs").glob("*.icd"):
    print(icd)' | xargs -r -I{} cp {} out/vendors
        echo "$DRIVER" >out/vendors/nvidia.icd
        export OCL_ICD_VENDORS=$PWD/out/vendors
    fi
fi
RECORD=${RECORD:-$("$PYTHON" -m clpool.tools.gpu.record folder)} || exit 1
mkdir -p "$RECORD" out
CARD=${CARD:-$("$PYTHON" -m clpool.tools.gpu.record card)}
CASES=("A max" "B max" "C max" "D avg" "E global" "F A" "G A" "K gradient" "B float16" "max 5x5" "unpool" "lp 3x3")

part facts 30 "$PYTHON" -m clpool.tools.gpu.record facts >"$RECORD/facts.txt"
command -v nvidia-smi >/dev/null && nvidia-smi -q -d CLOCK,MEMORY >>"$RECORD/facts.txt"

# The model runs on the CPU, beside the tests: neither is timed.
if [[ -n $CARD ]]; then
    CLPOOL_DEVICE=Portable timeout --kill-after=5 "$(left 200)" "$PYTHON" -m clpool.tools.gpu.model \
        --cards "$CARD" --cases "${CASES[@]}" --json "$RECORD/model.json" >out/record-model.txt 2>&1 &
    MODEL=$!
else
    failed+=("model: cards.json does not know this device")
fi
part tests 200 "$PYTHON" -m pytest -q -n auto --dist loadfile -m 'device and not pairs' \
    "${TESTS:-tests}" >"$RECORD/tests.txt" 2>&1
if [[ -n ${MODEL-} ]] && ! wait "$MODEL"; then failed+=("model: not all cases"); fi
part benchmark 160 "$PYTHON" -m clpool.tools.bench --rivals torch --repeats 10 \
    --cases "${CASES[@]}" --json "$RECORD/bench.json"
part "numpy arrays" 60 "$PYTHON" -m clpool.tools.bench --rivals torch --repeats 5 --arrays numpy \
    --cases "A max" "F A" --json "$RECORD/numpy.json"

{
    echo "# ${RECORD##*/}"
    printf '\nMade by `tools/gpu_record.sh` in %d s, of revision %s.\n' "$SECONDS" "$(git rev-parse --short HEAD 2>/dev/null)"
    printf '\nThe tests of the device end with:\n\n```text\n%s\n```\n' "$(tail -n 4 "$RECORD/tests.txt")"
    printf '\nShares of the speed of a copy on the device, and those of the model (%s); (!) is more than 10 points below it.\n\n' "${CARD:-no card}"
    "$PYTHON" -m clpool.tools.gpu.record compare "$RECORD/bench.json" "$RECORD/model.json"
    printf '\nWhat did not end well: %s.\n' "$(IFS=';'; echo "${failed[*]:-nothing}")"
} >"$RECORD/README.md"
cat "$RECORD/README.md"
((${#failed[@]} == 0))
