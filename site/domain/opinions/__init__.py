"""What readers say of pages, what is mended thanks to them, what is read."""
