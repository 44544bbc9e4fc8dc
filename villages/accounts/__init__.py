"""Staff accounts: who somebody is, their role and area, and signing in. Holds no publishing rules."""
