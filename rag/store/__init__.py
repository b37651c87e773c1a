"""What is kept on disk: the catalog, and the dense and lexical indexes derived from it."""
