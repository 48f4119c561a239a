"""The action item: one owner, one due instant, its reminders and its ladder, until its record is closed."""
