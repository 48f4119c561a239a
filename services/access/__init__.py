"""Evaluates the access policy: one function for the API, the rehearsal, the audit and simulation alike."""
