"""What is left of badges when their holder moves on, their issuer closes, or this service ends."""
