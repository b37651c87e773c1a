"""Questions to grounded answers."""
