"""Gold sets in, figures out."""
