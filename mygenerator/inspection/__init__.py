"""For people: one sample explained, contact sheets, an examination of the installation."""
