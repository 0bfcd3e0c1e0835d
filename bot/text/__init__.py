"""Vietnamese text as people type it: Unicode form, accents, abbreviations, tokens, money and dates."""
