"""Snapshot and question to hits, and hits to passages."""
