"""Speech by eSpeak NG in child processes, and the encoders that make bytes of it.

Nothing is imported here: the child process imports only its own few modules, so that it starts in milliseconds.
"""
