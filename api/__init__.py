"""The task manager's API: users, sessions and tasks over PostgreSQL and Redis."""
