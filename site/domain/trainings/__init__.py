"""Trainings: places never oversold, a waiting list that explains itself, organisers' verbs.

Every verb is given a `context` (session, moment, site, who acts). For everybody: `listing`,
`signing_up`, `calendars`. By a signed link: `own` shows, `registration`
and `attendance` act. For organisers: `planning`, `changing`, `overview`, `registrants`,
`statistics`. Underneath: `places` where they change hands under the lock of the training
(docs/decisions/0110), `waiting_list`, `mails`, `reminders`; `personal_data` and `demo` beside.
"""
