"""What people ask and tell: received, handled, answered within the legal period, seen by nobody who should not."""
