"""A child process in which kernels are built, verified and timed: what may crash, crashes there."""
