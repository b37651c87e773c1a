"""The write side: files to documents to chunks to vectors, staged and published."""
