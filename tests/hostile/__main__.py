"""Print the table of the hostile web: host, misbehaviour, expected status and category."""

from tests.hostile import TABLE

for entry in TABLE.values():
    if not entry.internal:
        print(f"{entry.host:28} {'/'.join(entry.status):15} {entry.category or '':10} {entry.does}")
