"""From a question and a record to a Reply: aspects, cases, rendering, guard."""
