"""Which link next? Scores links by address, words, place and language, and keeps traps from costing anything.

Pure: gets links, gives addresses. Owns the choice of pages; the words themselves are data in `frontier.words`.
"""

from domainscout.frontier.choice import MAX_LINKS_A_PAGE, Candidate, Frontier
from domainscout.frontier.shape import page_key
from domainscout.frontier.signs import Sign, read_sign

__all__ = ["MAX_LINKS_A_PAGE", "Candidate", "Frontier", "Sign", "page_key", "read_sign"]
