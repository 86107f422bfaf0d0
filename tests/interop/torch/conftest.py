"""Kernels of the tests' own folder are counted: an entry that reached none fails."""

from __future__ import annotations

import sys
from pathlib import Path

# Helpers of this folder alone.
sys.path.insert(0, str(Path(__file__).parent))
