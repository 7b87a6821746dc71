"""When the job is and how long it lasts: duration, hours, dates, start and end."""
