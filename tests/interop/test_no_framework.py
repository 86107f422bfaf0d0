"""No framework is imported by clpool, nor by its conventions, which come when asked for."""

from __future__ import annotations

import pytest
from processes import printed

FRAMEWORKS = ["flax", "haiku", "jax", "keras", "mxnet", "tensorflow", "torch"]


@pytest.mark.parametrize("name", ["flax", "keras", "mxnet"])
def test_no_framework_is_imported(name: str) -> None:
    """Neither before nor after a convention is imported is a framework, or another one, there."""
    code = f"""
        import sys
        import clpool
        print(sorted(m for m in sys.modules if m.startswith("clpool.interop")))
        from clpool.interop import {name}
        print(sorted(set({FRAMEWORKS}) & set(sys.modules)))
        print(sorted(m for m in sys.modules if m.startswith("clpool.interop.")))
    """
    before, frameworks, after = printed(code).splitlines()
    assert (before, frameworks) == ("[]", "[]")
    assert after == str(sorted([f"clpool.interop.{name}", "clpool.interop.conventions"]))
