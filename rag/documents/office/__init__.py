"""What the Office formats have in common: packages of XML parts, equations, charts and diagrams."""
