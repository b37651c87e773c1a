"""What a document is, which files are read, and one loader a format."""
