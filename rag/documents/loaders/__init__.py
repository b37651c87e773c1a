"""One loader a format: ``load(source) -> Document``."""
