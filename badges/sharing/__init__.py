"""How a badge is shared: who may see it, under which name, by which links, and what visitors ask its holder."""
