#include "store.h"

#include <stdio.h>
#include <string.h>

static PGresult *execute(
    PGconn *connection, const char *name, int count, const char *const values[],
    const int lengths[], const int formats[]) {
    return PQexecPrepared(connection, name, count, values, lengths, formats, 1);
}

static int issue_one(PGconn *connection, uint64_t number) {
    peer_sample sample;
    peer_sample_make(peer_first_link + number, peer_first_link + number, &sample);
    const char *values[] = {sample.user, peer_toolkit, (const char *)sample.digest};
    const int lengths[] = {0, 0, sizeof sample.digest}, formats[] = {0, 0, 1};
    PGresult *result = execute(connection, "issue", 3, values, lengths, formats);
    return postgresql_check(connection, result, PGRES_TUPLES_OK);
}

int postgresql_issue(void *connection, uint64_t first, uint64_t count) {
    if (postgresql_run(connection, "BEGIN") != 0) return -1;
    for (uint64_t index = 0; index < count; index++) {
        if (issue_one(connection, first + index) != 0) return -1;
    }
    return postgresql_run(connection, "COMMIT");
}

int postgresql_link(void *connection, const uint64_t *numbers, size_t count) {
    // A connection that commits alone has one link; there is no queue in front of this peer.
    if (count != 1) return peer_fail("PostgreSQL is asked for one link at a time");
    peer_sample sample;
    peer_sample_make(peer_first_link + numbers[0], peer_first_link + numbers[0], &sample);
    const char *values[] = {
        (const char *)sample.digest, sample.grant, peer_platform, peer_provider, sample.subject,
        peer_scopes, sample.email, sample.name};
    const int lengths[8] = {sizeof sample.digest}, formats[8] = {1};
    PGresult *result = execute(connection, "link", 8, values, lengths, formats);
    return postgresql_check(connection, result, PGRES_TUPLES_OK);
}

static int copy_one(PGconn *connection, uint64_t number, const char *start) {
    char line[512];
    peer_sample sample;
    peer_sample_make(number, number / 3, &sample);
    // Fresh identifiers, as the other peers make them: version and variant matter to nobody here.
    unsigned char random[64];
    peer_letters(number, 7, random, sizeof random);
    char hex[65] = "";
    for (int index = 0; index < 64; index++) hex[index] = "0123456789abcdef"[random[index] & 15];
    int size = snprintf(
        line, sizeof line, "%s\t%.32s\t%.32s\t%s\t3\t2\t%s\t%s\t%s\t%s\t1\t%s\t%s\n", start, hex,
        hex + 32, sample.user, peer_toolkit, sample.grant, peer_provider, sample.subject,
        sample.email, sample.name);
    if (PQputCopyData(connection, line, size) == 1) return 0;
    return peer_fail("PostgreSQL: %s", PQerrorMessage(connection));
}

static int copy_all(PGconn *connection, uint64_t accounts) {
    static const char copy[] =
        "COPY events (recorded_at, id, credential, user_id, actor, kind, toolkit, grant_id,"
        " provider, subject, link_kind, email, name) FROM STDIN";
    if (postgresql_check(connection, PQexec(connection, copy), PGRES_COPY_IN) != 0) return -1;
    for (uint64_t number = 0; number < accounts; number++) {
        if (copy_one(connection, number, "2026-01-01 00:00:00Z") != 0) return -1;
    }
    if (PQputCopyEnd(connection, NULL) != 1) {
        return peer_fail("PostgreSQL: %s", PQerrorMessage(connection));
    }
    int code = postgresql_check(connection, PQgetResult(connection), PGRES_COMMAND_OK);
    PQclear(PQgetResult(connection));
    return code;
}

int postgresql_load(void *connection, uint64_t accounts) {
    if (postgresql_run(connection, "DROP INDEX events_user") != 0) return -1;
    if (copy_all(connection, accounts) != 0) return -1;
    if (postgresql_run(connection, "CREATE INDEX events_user ON events (user_id)") != 0) return -1;
    return postgresql_run(connection, "VACUUM ANALYZE events");
}

int postgresql_rebuild(void *connection) {
    static const char drop[] = "DROP TABLE states; DROP TABLE credentials; DROP TABLE selections";
    static const char settings[] =
        "SET LOCAL work_mem = '256MB'; SET LOCAL maintenance_work_mem = '512MB'";
    if (postgresql_run(connection, "BEGIN") != 0) return -1;
    if (postgresql_run(connection, settings) != 0) return -1;
    if (postgresql_run(connection, drop) != 0) return -1;
    if (postgresql_run(connection, postgresql_views) != 0) return -1;
    if (postgresql_run(connection, postgresql_fill) != 0) return -1;
    if (postgresql_run(connection, postgresql_view_indexes) != 0) return -1;
    if (postgresql_run(connection, "COMMIT") != 0) return -1;
    return postgresql_run(connection, "ANALYZE states, credentials, selections");
}

// What is read goes through this, so that the compiler cannot leave the reading out.
static _Thread_local volatile int last_size;

static int take_rows(PGconn *connection, PGresult *result, uint64_t *rows) {
    int count = PQntuples(result), columns = PQnfields(result);
    for (int row = 0; row < count; row++) {
        for (int column = 0; column < columns; column++) {
            last_size = PQgetlength(result, row, column);
        }
    }
    *rows += (uint64_t)count;
    return postgresql_check(connection, result, PGRES_TUPLES_OK);
}

int postgresql_read(
    void *connection, enum peer_reading what, const char *users, size_t count, uint64_t *rows) {
    static const char *const names[] = {"selection", "accounts", "history"};
    char user[PEER_USER + 1] = "";
    const char *values[] = {user, peer_toolkit};
    int parameters = what == PEER_SELECTION ? 2 : 1;
    for (size_t index = 0; index < count; index++) {
        memcpy(user, users + index * PEER_USER, PEER_USER);
        PGresult *result = execute(connection, names[what], parameters, values, NULL, NULL);
        if (take_rows(connection, result, rows) != 0) return -1;
    }
    return 0;
}
