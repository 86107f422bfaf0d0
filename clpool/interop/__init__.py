"""Adapters for other array libraries; each room imports its library, clpool imports none."""
