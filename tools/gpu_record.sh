#!/usr/bin/env bash
# A dated record of the GPU at hand, within eight minutes: its facts, the benchmark beside PyTorch
# on CUDA and the copy, the model's predictions beside the measurements, the tests of the device.
#
#   tools/gpu_record.sh OUT [WHEELS]
#
# OUT: the folder of the record. WHEELS: a folder of wheels (pyopencl, mako, pytools, pytest, ...)
# for a machine without a network; without it packages come from the index. PyTorch is taken from
# the system's Python if it has it.
set -euo pipefail
[ $# -ge 1 ] || { sed -n '2,9s/^# \{0,1\}//p' "$0"; exit 2; }
mkdir -p "$1"
OUT=$(realpath "$1")
WHEELS=${2:+$(realpath "$2")}
cd "$(dirname "$0")/.."
END=$((SECONDS + ${LIMIT:-470}))
left() { echo $((END - SECONDS > $1 ? $1 : END - SECONDS > 1 ? END - SECONDS : 1)); }

VENV=$(mktemp -d)/venv
python3 -m venv --system-site-packages "$VENV"
INDEX=(${WHEELS:+--no-index --find-links "$WHEELS"})
"$VENV/bin/pip" install --quiet "${INDEX[@]}" pytest pytest-xdist hypothesis
# The build's own requirements may be missing where there is no network.
"$VENV/bin/pip" install --quiet "${INDEX[@]}" --editable . \
    || "$VENV/bin/pip" install --quiet "${INDEX[@]}" --no-build-isolation --editable .

# The driver of NVIDIA's OpenCL, where no loader has been told of it.
DRIVER=$(find /usr/local/nvidia /usr/local/cuda* /usr/lib* -name 'libnvidia-opencl.so.1' 2>/dev/null | head -n 1 || true)
if [ -n "$DRIVER" ] && ! compgen -G '/etc/OpenCL/vendors/nvidia*.icd' >/dev/null; then
    VENDORS=$(mktemp -d)
    echo "$DRIVER" >"$VENDORS/nvidia.icd"
    export OCL_ICD_VENDORS=$VENDORS
fi

{
    date -u +%FT%TZ
    "$VENV/bin/clpool" devices
    command -v nvidia-smi >/dev/null && nvidia-smi || true
    command -v clinfo >/dev/null && clinfo || true
} >"$OUT/device.txt"
head -n 12 "$OUT/device.txt"

echo "benchmark"
timeout "$(left 240)" "$VENV/bin/python" -m clpool.tools.bench --repeats "${REPEATS:-8}" \
    ${CASES:+--cases "$CASES"} --json "$OUT/bench.json" >"$OUT/bench.txt" 2>"$OUT/bench.err" \
    || { echo "the benchmark ended with $?"; tail -n 5 "$OUT/bench.err"; }
if [ -s "$OUT/bench.json" ]; then
    "$VENV/bin/python" -m clpool.tools.gpu.predictions "$OUT/bench.json" >"$OUT/README.md"
    cat "$OUT/README.md"
fi

echo "tests of the device"
timeout "$(left 470)" "$VENV/bin/pytest" -q -n auto --dist loadfile --max-worker-restart=0 \
    -m 'device and not pairs' ${TESTS:+-k "$TESTS"} tests >"$OUT/tests.txt" 2>&1 \
    || echo "the tests ended with $? (124: out of time)"
tail -n 3 "$OUT/tests.txt"
