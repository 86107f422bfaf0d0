"""Windows, arguments, and the pooling problems that they define; no arrays, no device."""
