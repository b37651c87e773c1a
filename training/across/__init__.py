"""Training the reader on groups of passages. See README.md."""
