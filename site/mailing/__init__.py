"""What is sent: messages as values, deliveries as rows (an outbox), transports that carry them."""
