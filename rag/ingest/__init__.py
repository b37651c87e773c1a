"""Files to documents to chunks: walk a folder, load each file, cut its text."""
