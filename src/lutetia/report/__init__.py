"""Results to one document model, rendered to HTML and PDF."""
