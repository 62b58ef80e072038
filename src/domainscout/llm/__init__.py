"""The language model: fills what the rules left open, never invents, never overspends.

`open_model` and `Model.fill` are all that the rest of the program needs. Inside: `text` chooses what is shown,
`preparing` and `prompt` make the question of it, `answer` is the schema, `grounding` and `validity` drop what the pages
do not show, `exchange` bounds tries and waits, `ledger` and `prices` watch the money, `limiter` the pace, `batches`
asks at half the price, `client` is the edge to the API.
"""

from domainscout.llm.model import Model, ModelAnswer, open_model, reader_of
from domainscout.llm.prompt import PROMPT_VERSION

__all__ = ["PROMPT_VERSION", "Model", "ModelAnswer", "open_model", "reader_of"]
