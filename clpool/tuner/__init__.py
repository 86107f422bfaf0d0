"""Measurement of tuning parameters on a device, and what decides between them."""
