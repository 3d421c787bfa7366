"""The newsletter by mail: who is written to, what is sent, what comes back."""
