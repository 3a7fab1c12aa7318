"""Is a book held by its cases? Mutation of limits and conditions, and cases at every limit, for whoever writes a book.

``scripts/guideline_proof.py`` runs both; ``docs/proof.md`` says what is proved and what is not.
"""
