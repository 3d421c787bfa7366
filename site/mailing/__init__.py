"""What is sent: messages as values, deliveries as rows."""
