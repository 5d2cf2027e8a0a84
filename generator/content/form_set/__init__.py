"""Form sets: documents, scoring policy, point rules."""
