#ifndef SQLITE_PEER_STORE_H
#define SQLITE_PEER_STORE_H

#include "sqlite_peer.h"

#include <sqlite3.h>

enum statement {
    BEGIN,
    BEGIN_WRITING,
    COMMIT,
    ISSUE_EVENT,
    ISSUE_STATE,
    CONSUME_STATE,
    LINK_EVENT,
    LINK_CREDENTIAL,
    LINK_SELECTION,
    LOAD_EVENT,
    READ_SELECTION,
    READ_ACCOUNTS,
    READ_HISTORY,
    STATEMENTS
};

struct connection {
    sqlite3 *database;
    sqlite3_stmt *statements[STATEMENTS];
};

// The text that makes tables, and the one that makes their indexes.
extern const char *const sqlite_events, *const sqlite_views, *const sqlite_view_indexes;

// The text that fills the views from the events.
extern const char *const sqlite_fill;

// The statements, prepared when first used.
extern const char *const sqlite_statements[STATEMENTS];

// A statement, ready for its values.
sqlite3_stmt *sqlite_statement(struct connection *connection, enum statement which);

// Runs a text of several statements, or one that answers with nothing.
int sqlite_run(struct connection *connection, const char *text);
int sqlite_step(struct connection *connection, sqlite3_stmt *statement);

int sqlite_issue(void *connection, uint64_t first, uint64_t count);
int sqlite_link(void *connection, const uint64_t *numbers, size_t count);
int sqlite_load(void *connection, uint64_t accounts);
int sqlite_rebuild(void *connection);
int sqlite_begin(void *connection);
int sqlite_end(void *connection);
int sqlite_read(
    void *connection, enum peer_reading what, const char *users, size_t count, uint64_t *rows);

#endif
