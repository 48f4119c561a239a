"""The only door for whoever wants something done: authorise, take in, deliver, answer."""
