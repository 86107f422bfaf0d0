"""Forked processes: refused behind a first call, and like any other before."""

from __future__ import annotations

import os

import pytest
from processes import python


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
@pytest.mark.parametrize("call", ["clpool.max_pool1d(x, 2)", "plan(x)", "clpool.devices()"])
def test_a_forked_child_is_told_so(call: str) -> None:
    """In a forked child every entry raises ForkError, which names spawn, and nothing hangs."""
    code = f"""
        import os, numpy as np, clpool
        from clpool.errors import ForkError
        x = np.arange(8, dtype=np.float32).reshape(1, 1, 8)
        plan = clpool.plan(x.shape, x.dtype, (2,))
        clpool.max_pool1d(x, 2)
        child = os.fork()
        if child == 0:
            status = 1
            try:
                {call}
            except ForkError as error:
                status = 0 if "spawn" in str(error) else 2
            finally:
                os._exit(status)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert clpool.max_pool1d(x, 2).tolist() == [[[1.0, 3.0, 5.0, 7.0]]]
        print("right")
    """
    done = python(code, timeout=60)
    assert (done.stdout, done.returncode) == ("right\n", 0), done.stderr


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_child_forked_before_any_call_works() -> None:
    """Importing clpool starts nothing: a child forked before the first call pools."""
    code = """
        import os, numpy as np, clpool
        child = os.fork()
        if child == 0:
            x = np.arange(8, dtype=np.float32).reshape(1, 1, 8)
            right = clpool.max_pool1d(x, 2).tolist() == [[[1.0, 3.0, 5.0, 7.0]]]
            os._exit(0 if right else 1)
        raise SystemExit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    """
    done = python(code, timeout=60)
    assert done.returncode == 0, done.stderr
