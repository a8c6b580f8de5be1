#include "store.h"

#include <stdlib.h>
#include <string.h>

int sqlite_run(struct connection *connection, const char *text) {
    if (sqlite3_exec(connection->database, text, NULL, NULL, NULL) == SQLITE_OK) return 0;
    return peer_fail("SQLite: %s in: %.80s", sqlite3_errmsg(connection->database), text);
}

sqlite3_stmt *sqlite_statement(struct connection *connection, enum statement which) {
    sqlite3_stmt **kept = &connection->statements[which];
    if (*kept == NULL) {
        const char *text = sqlite_statements[which];
        sqlite3 *database = connection->database;
        // A statement that fails to be made is NULL, which the next call refuses.
        if (sqlite3_prepare_v3(database, text, -1, SQLITE_PREPARE_PERSISTENT, kept, NULL)) {
            peer_fail("SQLite: %s in: %.80s", sqlite3_errmsg(database), text);
        }
    }
    return *kept;
}

int sqlite_step(struct connection *connection, sqlite3_stmt *statement) {
    int code = sqlite3_step(statement);
    sqlite3_reset(statement);
    if (code == SQLITE_DONE) return 0;
    return peer_fail("SQLite: %s", sqlite3_errmsg(connection->database));
}

static void sqlite_disconnect(void *context) {
    struct connection *connection = context;
    for (int which = 0; which < STATEMENTS; which++) {
        sqlite3_finalize(connection->statements[which]);
    }
    sqlite3_close(connection->database);
    free(connection);
}

static int sqlite_connect(void *store, void **opened) {
    struct connection *connection = calloc(1, sizeof *connection);
    if (connection == NULL) return peer_fail("out of memory");
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    if (sqlite3_open_v2(store, &connection->database, flags, NULL) != SQLITE_OK) {
        int code = peer_fail("SQLite could not open %s", (const char *)store);
        sqlite_disconnect(connection);
        return code;
    }
    sqlite3_busy_timeout(connection->database, 60000);
    // What is durable stays as it is by default with a rollback journal: synced at every commit.
    static const char settings[] =
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -262144;"
        "PRAGMA mmap_size = 1099511627776; PRAGMA temp_store = FILE; PRAGMA threads = 2;";
    if (sqlite_run(connection, settings) != 0) {
        sqlite_disconnect(connection);
        return -1;
    }
    *opened = connection;
    return 0;
}

static int sqlite_open(const char *place, void **opened) {
    char *path = strdup(place);
    void *connection;
    if (path == NULL) return peer_fail("out of memory");
    int code = sqlite_connect(path, &connection);
    if (code == 0) {
        code = sqlite_run(connection, sqlite_events);
        if (code == 0) code = sqlite_run(connection, sqlite_views);
        if (code == 0) code = sqlite_run(connection, sqlite_view_indexes);
        sqlite_disconnect(connection);
    }
    if (code == 0) *opened = path;
    else free(path);
    return code;
}

static void sqlite_close(void *store) { free(store); }

const char *sqlite_peer_version(void) { return sqlite3_libversion(); }

static const peer_kind kind = {
    .name = "SQLite",
    .open = sqlite_open,
    .close = sqlite_close,
    .connect = sqlite_connect,
    .disconnect = sqlite_disconnect,
    .load = sqlite_load,
    .rebuild = sqlite_rebuild,
    .issue = sqlite_issue,
    .link = sqlite_link,
    .begin = sqlite_begin,
    .end = sqlite_end,
    .read = sqlite_read,
};

const peer_kind *sqlite_peer(void) { return &kind; }
