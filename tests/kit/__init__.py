"""What tests share: workspaces, office, readers, small makers of content."""
