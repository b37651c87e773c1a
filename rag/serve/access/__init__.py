"""Who may do what: keys, roles, sessions of the page, limits of rate and budget."""
