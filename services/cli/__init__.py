"""The command line, `dialogue`: one file a command group; what is heavy is loaded by the command that needs it."""
