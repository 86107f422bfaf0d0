"""The child process in which kernels are tried, and what it calls and compares."""
