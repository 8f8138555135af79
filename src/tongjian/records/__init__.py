"""事: what happened. Registers, projects, spaces and cases; these apps do not import each other."""
