"""The HTTP API of the page, and of whoever likes it: a module a resource."""
