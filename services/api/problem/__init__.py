"""Problems: every kind there is, with the page behind its type."""
