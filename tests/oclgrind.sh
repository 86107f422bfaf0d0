#!/usr/bin/env bash
# Every kernel under Oclgrind, which reports out-of-bounds accesses, data races, uninitialised
# reads and misuse of the API; with $PYTHON, or the environment that make built.
set -euo pipefail
cd "$(dirname "$0")/.."
command -v oclgrind >/dev/null || { echo "no oclgrind (on Debian: apt-get install oclgrind)"; exit 1; }
exec "${PYTHON:-.venv/bin/python}" tests/oclgrind/run.py
