"""How a problem is mapped to a device and a layout in memory; pure functions."""
