#!/usr/bin/env python3
"""Writes tools/samples/user_grants.csv, the same bytes every time.

    python3 tools/samples/generate.py > tools/samples/user_grants.csv

The file is what PostgreSQL's `COPY user_grants TO STDOUT (FORMAT csv, HEADER)` writes of a table
that keeps one row per connected account: NULL is empty and unquoted, a field is quoted only where
it holds a comma, a quote or a line break, times carry at most six digits and no trailing zeros.
"""

import csv
import datetime
import io
import random
import sys
import uuid

RANDOM = random.Random(20250304)
START = datetime.datetime(2024, 1, 8, 7, 30, tzinfo=datetime.timezone.utc)
ROWS = 300

FIRST = ("mara teo ines jonas aiko luca nadia omar freya ravi elin pavel sofia bruno leila hugo "
         "maya anders chloe tomas yara felix ida samir noor viktor greta enzo amina oskar").split()
LAST = ("lindqvist almeida okafor brandt sato moreau haddad novak ferrari jansen kaur silva "
        "petersen nowak costa berg ivanova duarte klein suzuki").split()
DOMAINS = ("example.com", "example.org", "example.net")
PROVIDERS = ("google", "google", "google", "microsoft", "microsoft", "icloud", "yahoo", "imap")
LABELS = ("Work", "Personal", "Home", "Support", "Team", "Sales, EMEA", "Newsletters",
          'The "old" one', "Privé", "Büro", "Família", "仕事", "Архив", "Club ⛵")

# Users the quickstart and the documentation speak of: (user, provider, address, label).
STORY = (
    (1001, "google", "mara.lindqvist@example.com", "Work"),
    (1002, "google", "teo.almeida@example.com", "Work"),
    (1002, "microsoft", "teo@example.org", "Team"),
    (1002, "icloud", "teo.almeida@example.net", "Personal"),
    (1003, "google", "ines.okafor@example.com", "Work"),
    (1003, "google", "ines@example.org", "Sales, EMEA"),
    (1003, "google", "ines.okafor.private@example.net", "Privé"),
)


def accounts():
    """Yields (user, provider, address, label or None) for ROWS accounts."""
    yield from STORY
    addresses = {address for _, _, address, _ in STORY}
    left = ROWS - len(STORY)
    user = 1003
    while left > 0:
        user += 1
        first, last = RANDOM.choice(FIRST), RANDOM.choice(LAST)
        count = min(left, RANDOM.choices((1, 2, 3, 4), weights=(38, 32, 20, 10))[0])
        one_provider = RANDOM.choice(PROVIDERS) if RANDOM.random() < 0.45 else None
        labels = RANDOM.sample(LABELS, count)
        for index in range(count):
            local = RANDOM.choice((first, f"{first}.{last}", f"{first[0]}.{last}"))
            address = f"{local}@{RANDOM.choice(DOMAINS)}"
            while address in addresses:
                address = f"{local}{RANDOM.randrange(2, 999)}@{RANDOM.choice(DOMAINS)}"
            addresses.add(address)
            label = None if RANDOM.random() < 0.35 else labels[index]
            yield user, one_provider or RANDOM.choice(PROVIDERS), address, label
        left -= count


def in_order_of_connection():
    """Gives every account a row, oldest first; accounts of one user keep their order."""
    rows = list(accounts())
    users = [row[0] for row in rows]
    RANDOM.shuffle(users)
    queues = {}
    for row in rows:
        queues.setdefault(row[0], []).append(row)
    moment = START
    for number, user in enumerate(users, start=1):
        moment += datetime.timedelta(microseconds=RANDOM.randrange(60_000_000, 220_000_000_000))
        grant = uuid.UUID(int=RANDOM.getrandbits(128), version=4)
        _, provider, address, label = queues[user].pop(0)
        yield number, user, grant, provider, address, label, timestamp(moment)


def timestamp(moment):
    """A TIMESTAMPTZ as PostgreSQL prints it in the time zone UTC."""
    fraction = f".{moment.microsecond:06d}".rstrip("0").rstrip(".")
    return f"{moment:%Y-%m-%d %H:%M:%S}{fraction}+00"


def main():
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("id", "user_id", "grant_id", "provider", "email", "label", "created_at"))
    writer.writerows(in_order_of_connection())
    sys.stdout.buffer.write(text.getvalue().encode("utf-8"))


if __name__ == "__main__":
    main()
