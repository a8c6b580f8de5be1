#include "store.h"

int sqlite_begin(void *context) {
    return sqlite_step(context, sqlite_statement(context, BEGIN));
}

int sqlite_end(void *context) { return sqlite_step(context, sqlite_statement(context, COMMIT)); }

// What is read goes through this, so that the compiler cannot leave the reading out.
static _Thread_local volatile int last_size;

static int read_one(
    struct connection *connection, sqlite3_stmt *statement, const char *user, uint64_t *rows) {
    sqlite3_bind_text(statement, 1, user, PEER_USER, SQLITE_STATIC);
    int code;
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
        int columns = sqlite3_column_count(statement);
        for (int column = 0; column < columns; column++) {
            if (sqlite3_column_type(statement, column) == SQLITE_INTEGER) {
                last_size = (int)sqlite3_column_int64(statement, column);
            } else if (sqlite3_column_blob(statement, column) != NULL) {
                last_size = sqlite3_column_bytes(statement, column);
            }
        }
        *rows += 1;
    }
    sqlite3_reset(statement);
    if (code == SQLITE_DONE) return 0;
    return peer_fail("SQLite: %s", sqlite3_errmsg(connection->database));
}

int sqlite_read(
    void *context, enum peer_reading what, const char *users, size_t count, uint64_t *rows) {
    static const enum statement statements[] = {READ_SELECTION, READ_ACCOUNTS, READ_HISTORY};
    struct connection *connection = context;
    sqlite3_stmt *statement = sqlite_statement(connection, statements[what]);
    if (what == PEER_SELECTION) {
        sqlite3_bind_text(statement, 2, peer_toolkit, -1, SQLITE_STATIC);
    }
    int code = 0;
    for (size_t index = 0; index < count && code == 0; index++) {
        code = read_one(connection, statement, users + index * PEER_USER, rows);
    }
    return code;
}
