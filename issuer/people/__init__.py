"""By what a person is known, and how that outlasts a job: further addresses, and identifiers the person holds alone."""
