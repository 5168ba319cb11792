"""The book's tasks, one folder per chapter: chNN with TASKS = [Task(…), …]."""
