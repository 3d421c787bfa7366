"""What one installation holds, put together from its settings: content, mail, index, desks."""
