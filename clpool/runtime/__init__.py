"""Where it runs: devices, programs, arrays and launches; the only importer of pyopencl."""
