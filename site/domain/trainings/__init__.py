"""Trainings: places never oversold, a waiting list that explains itself, organisers' verbs.

`signing_up` takes a place from the form; `registration` is what a person does with their signed
link; `waiting` the same for the list; `listing` what everybody sees; `organising`, `attendance`,
`reports` what organisers do; `reminders` what is sent on its day; `places` the one room where a
place changes hands, under the lock of the training (docs/decisions/0110).
"""
