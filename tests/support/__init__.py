"""What tests share: real servers, real databases, a real browser."""
