#include "store.h"

#include <string.h>

static void text(sqlite3_stmt *statement, int place, const char *value) {
    sqlite3_bind_text(statement, place, value, -1, SQLITE_STATIC);
}

static void blob(sqlite3_stmt *statement, int place, const void *bytes, int count) {
    sqlite3_bind_blob(statement, place, bytes, count, SQLITE_STATIC);
}

static int simple(struct connection *connection, enum statement which) {
    return sqlite_step(connection, sqlite_statement(connection, which));
}

// Ends a transaction, whichever way.
static int end(struct connection *connection, int code) {
    if (code == 0) return simple(connection, COMMIT);
    sqlite3_exec(connection->database, "ROLLBACK", NULL, NULL, NULL);
    return code;
}

static int issue_one(struct connection *connection, uint64_t number) {
    peer_sample sample;
    peer_sample_make(peer_first_link + number, peer_first_link + number, &sample);
    int64_t now = peer_now(), expiry = now + (int64_t)3600 * 1000000;
    sqlite3_stmt *event = sqlite_statement(connection, ISSUE_EVENT);
    sqlite3_bind_int64(event, 1, now);
    text(event, 2, sample.user);
    text(event, 3, peer_toolkit);
    blob(event, 4, sample.digest, sizeof sample.digest);
    sqlite3_bind_int64(event, 5, expiry);
    if (sqlite_step(connection, event) != 0) return -1;
    sqlite3_stmt *state = sqlite_statement(connection, ISSUE_STATE);
    blob(state, 1, sample.digest, sizeof sample.digest);
    text(state, 2, sample.user);
    text(state, 3, peer_toolkit);
    sqlite3_bind_int64(state, 4, expiry);
    return sqlite_step(connection, state);
}

int sqlite_issue(void *context, uint64_t first, uint64_t count) {
    struct connection *connection = context;
    if (simple(connection, BEGIN_WRITING) != 0) return -1;
    int code = 0;
    for (uint64_t index = 0; index < count && code == 0; index++) {
        code = issue_one(connection, first + index);
    }
    return end(connection, code);
}

// Consumes the state; takes user and toolkit from it, which are as long as a sample's at most.
static int consume(
    struct connection *connection, const peer_sample *sample, int64_t now, char user[64],
    char toolkit[64]) {
    sqlite3_stmt *state = sqlite_statement(connection, CONSUME_STATE);
    blob(state, 1, sample->digest, sizeof sample->digest);
    sqlite3_bind_int64(state, 2, now);
    int code = sqlite3_step(state);
    if (code != SQLITE_ROW) {
        sqlite3_reset(state);
        return peer_fail("SQLite: the state is unknown, used or expired");
    }
    strncpy(user, (const char *)sqlite3_column_text(state, 0), 63);
    strncpy(toolkit, (const char *)sqlite3_column_text(state, 1), 63);
    return sqlite3_step(state) == SQLITE_DONE && sqlite3_reset(state) == SQLITE_OK
        ? 0 : peer_fail("SQLite: %s", sqlite3_errmsg(connection->database));
}

static int link_one(struct connection *connection, uint64_t number) {
    peer_sample sample;
    char user[64] = "", toolkit[64] = "";
    unsigned char credential[16];
    int64_t now = peer_now();
    peer_sample_make(peer_first_link + number, peer_first_link + number, &sample);
    if (consume(connection, &sample, now, user, toolkit) != 0) return -1;
    sqlite3_randomness(sizeof credential, credential);
    sqlite3_int64 position = 0;
    for (enum statement which = LINK_EVENT; which <= LINK_CREDENTIAL; which++) {
        sqlite3_stmt *row = sqlite_statement(connection, which);
        sqlite3_bind_int64(row, 1, now);
        text(row, 2, user);
        text(row, 3, toolkit);
        if (which == LINK_EVENT) blob(row, 4, sample.digest, sizeof sample.digest);
        blob(row, 5, credential, sizeof credential);
        text(row, 6, sample.grant);
        text(row, 7, peer_platform);
        text(row, 8, peer_provider);
        text(row, 9, sample.subject);
        text(row, 10, peer_scopes);
        text(row, 11, sample.email);
        text(row, 12, sample.name);
        if (which == LINK_CREDENTIAL) sqlite3_bind_int64(row, 13, position);
        if (sqlite_step(connection, row) != 0) return -1;
        position = sqlite3_last_insert_rowid(connection->database);
    }
    sqlite3_stmt *selection = sqlite_statement(connection, LINK_SELECTION);
    text(selection, 1, user);
    text(selection, 2, toolkit);
    blob(selection, 3, credential, sizeof credential);
    return sqlite_step(connection, selection);
}

int sqlite_link(void *context, const uint64_t *numbers, size_t count) {
    struct connection *connection = context;
    if (simple(connection, BEGIN_WRITING) != 0) return -1;
    int code = 0;
    for (size_t index = 0; index < count && code == 0; index++) {
        code = link_one(connection, numbers[index]);
    }
    return end(connection, code);
}

static int load_one(struct connection *connection, uint64_t number, int64_t start) {
    peer_sample sample;
    peer_sample_make(number, number / 3, &sample);
    sqlite3_stmt *event = sqlite_statement(connection, LOAD_EVENT);
    sqlite3_bind_int64(event, 1, start + (int64_t)number);
    text(event, 2, sample.user);
    text(event, 3, peer_toolkit);
    text(event, 4, sample.grant);
    text(event, 5, peer_provider);
    text(event, 6, sample.subject);
    text(event, 7, sample.email);
    text(event, 8, sample.name);
    return sqlite_step(connection, event);
}

int sqlite_load(void *context, uint64_t accounts) {
    struct connection *connection = context;
    int64_t start = peer_now();
    if (sqlite_run(connection, "DROP INDEX events_user") != 0) return -1;
    for (uint64_t done = 0, end_of_part; done < accounts; done = end_of_part) {
        end_of_part = accounts - done < 100000 ? accounts : done + 100000;
        if (simple(connection, BEGIN_WRITING) != 0) return -1;
        int code = 0;
        for (uint64_t index = done; index < end_of_part && code == 0; index++) {
            code = load_one(connection, index, start);
        }
        if (end(connection, code) != 0) return -1;
    }
    return sqlite_run(connection, sqlite_events);
}

int sqlite_rebuild(void *context) {
    struct connection *connection = context;
    if (simple(connection, BEGIN_WRITING) != 0) return -1;
    int code = sqlite_run(
        connection, "DROP TABLE states; DROP TABLE credentials; DROP TABLE selections");
    if (code == 0) code = sqlite_run(connection, sqlite_views);
    if (code == 0) code = sqlite_run(connection, sqlite_fill);
    if (code == 0) code = sqlite_run(connection, sqlite_view_indexes);
    if (end(connection, code) != 0) return -1;
    return sqlite_run(connection, "PRAGMA wal_checkpoint(TRUNCATE); ANALYZE");
}
