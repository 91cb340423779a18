"""The worker: takes jobs from the database that the tasks live in, and does each of them to its end.

A job is written in the transaction of the change that calls for it, so neither exists without the other. Any
number of workers share one table. What a job does and the fact that it is done are committed together, so a
worker that is killed at any moment leaves either nothing or everything, and the next one takes over.
"""
