"""The product in other frameworks."""
