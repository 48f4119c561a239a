"""Appointments: who holds which role on which seat, from when to when."""
