"""A few made-up companies and a stand-in for a model, served on loopback: the whole pipeline without a network."""
