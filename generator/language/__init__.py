"""The template language: tags, scopes, sandbox, markers, wordings, lint."""
