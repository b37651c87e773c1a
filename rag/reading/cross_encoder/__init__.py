"""A larger network that reads the question with one unit at a time. Its weights are installed on demand: docs/models.md."""
