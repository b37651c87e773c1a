"""Questions about whole documents and whole folders: extracts, differences, who mentions what."""
