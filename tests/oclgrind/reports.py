"""Reading what Oclgrind reports, less what pyopencl provokes when it starts."""

from __future__ import annotations

import re
from dataclasses import dataclass

#: (function, error) of the queries by which pyopencl finds out what a runtime knows. Everything
#: else counts, the same error from another function and another error from these too.
HARMLESS = {
    ("clGetDeviceInfo", "CL_INVALID_VALUE"),
    ("clCreateKernel", "CL_INVALID_KERNEL_NAME"),
}


@dataclass(frozen=True)
class Report:
    """One entry of the log."""

    text: str

    @property
    def is_harmless(self) -> bool:
        """Whether it is one of pyopencl's own queries."""
        found = re.fullmatch(
            r"Oclgrind - OpenCL runtime error detected\n"
            r"\s*Function: (\w+)\n\s*Error:\s+(\w+)(\n.*)?",
            self.text,
        )
        if found is None or (found[1], found[2]) not in HARMLESS:
            return False
        # pyopencl asks whether a kernel of this name exists; ours have other names.
        return found[1] != "clCreateKernel" or "_source" in (found[3] or "")


def reports(log: str, printed: str) -> list[Report]:
    """What was reported, without the harmless entries.

    Findings in kernels are in the log, all of which counts; misuse of the API is printed among
    the program's own output.
    """
    found = [Report(text.strip()) for text in re.split(r"\n\s*\n", log) if text.strip()]
    calls = re.findall(r"^Oclgrind - .*(?:\n.*\S.*)*", printed, re.MULTILINE)
    found += [Report(text.strip()) for text in calls]
    return [entry for entry in found if not entry.is_harmless]
