"""The commands: thin layers that turn text into calls of the package, and results and errors into text."""
