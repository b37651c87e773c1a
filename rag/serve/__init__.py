"""Serve indexes to other people and programs: a page, an HTTP API, an API that OpenAI's clients speak, MCP.

One front process speaks HTTP and never computes; worker processes hold the models and answer. Needs the
extra ``serve``.
"""
