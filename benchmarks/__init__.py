"""Measurements: speed, scale, and the quality of what is read from pages."""
