"""Commands about the caller's account, its devices, and the profiles of this device."""
