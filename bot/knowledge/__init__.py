"""What the ward knows: types, reader, checks, watcher."""
