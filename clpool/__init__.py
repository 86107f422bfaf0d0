"""Pooling operators for any OpenCL device."""
