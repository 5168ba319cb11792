"""The book's tasks, one file per chapter: chNN.py with TASKS = [Task(…), …]."""
