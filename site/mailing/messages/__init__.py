"""The mails the site writes: one module a feature, one pure function a mail."""
