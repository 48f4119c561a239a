"""What can be seen of a process from outside: traces, meters and log lines, none of which carries content."""
