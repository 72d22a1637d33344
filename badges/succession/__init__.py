"""What becomes of badges when their issuer moves or closes: who is told, and how."""
