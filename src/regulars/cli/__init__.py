"""The command line: a face over `regulars.app`."""
