"""The Mako templates of the OpenCL kernels, as a package so that a wheel carries them."""
