"""Testimonials: sent by a person, decided by the team, withdrawn on any day by their author."""
