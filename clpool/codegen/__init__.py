"""From a spec to OpenCL source."""
