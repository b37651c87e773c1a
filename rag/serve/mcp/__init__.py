"""What agents speak, the Model Context Protocol: tools to search, ask and read, documents as resources; by the
official SDK, over pipes (``rag mcp``) and over HTTP (/mcp)."""
