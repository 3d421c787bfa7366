"""The mails the site writes: one module a feature, one pure function a mail.

The mails about trainings are in domain/trainings/mails.py: they are filled from its rows.
"""
