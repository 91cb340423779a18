"""The protocol of every run: begin under a lock, resume before each change, finish or give up, tell once.

It knows the core and the runtime, and no capability: what is a capability's own comes in as a function or a
value.
"""
