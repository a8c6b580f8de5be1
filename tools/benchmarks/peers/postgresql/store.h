#ifndef POSTGRESQL_PEER_STORE_H
#define POSTGRESQL_PEER_STORE_H

#include "postgresql_peer.h"

#include <postgresql/libpq-fe.h>

// The texts that make tables, indexes and functions, and the one that fills the views.
extern const char *const postgresql_events, *const postgresql_views;
extern const char *const postgresql_view_indexes, *const postgresql_functions;
extern const char *const postgresql_fill;

// The statements that every connection prepares, by name; the last has none.
struct statement {
    const char *name, *text;
};
extern const struct statement postgresql_statements[];

// Runs a text of any number of statements.
int postgresql_run(PGconn *connection, const char *text);

// Keeps what failed, and clears the result; 0 where it is as expected.
int postgresql_check(PGconn *connection, PGresult *result, ExecStatusType expected);

int postgresql_issue(void *connection, uint64_t first, uint64_t count);
int postgresql_link(void *connection, const uint64_t *numbers, size_t count);
int postgresql_load(void *connection, uint64_t accounts);
int postgresql_rebuild(void *connection);
int postgresql_read(
    void *connection, enum peer_reading what, const char *users, size_t count, uint64_t *rows);

#endif
