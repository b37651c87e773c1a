"""The API that OpenAI's clients speak: /v1/models, /v1/chat/completions, /v1/embeddings. An index is a model there."""
