"""Starting and watching the processes; training when inputs changed."""
