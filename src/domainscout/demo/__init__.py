"""Made-up companies and a small web that serves them on loopback: `domainscout demo`, tests and benchmarks use it.

`sites` reads folders of pages, `server` serves them over TLS, `certificates` makes its authority, `model_server` is a
scripted Messages API. Owns no part of the pipeline: it is what the pipeline is pointed at.
"""
