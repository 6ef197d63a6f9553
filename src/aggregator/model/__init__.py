"""The nouns everybody shares: frozen values, no behaviour beyond what follows from their own fields."""
