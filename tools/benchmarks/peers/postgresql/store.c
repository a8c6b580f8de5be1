#include "store.h"

#include <stdlib.h>
#include <stdio.h>
#include <string.h>

int postgresql_check(PGconn *connection, PGresult *result, ExecStatusType expected) {
    ExecStatusType status = PQresultStatus(result);
    PQclear(result);
    return status == expected ? 0 : peer_fail("PostgreSQL: %s", PQerrorMessage(connection));
}

int postgresql_run(PGconn *connection, const char *text) {
    return postgresql_check(connection, PQexec(connection, text), PGRES_COMMAND_OK);
}

static void postgresql_disconnect(void *connection) { PQfinish(connection); }

static int open_connection(const char *place, PGconn **opened) {
    *opened = PQconnectdb(place);
    if (PQstatus(*opened) == CONNECTION_OK) {
        return postgresql_run(*opened, "SET client_min_messages = warning");
    }
    int code = peer_fail("PostgreSQL: %s", PQerrorMessage(*opened));
    PQfinish(*opened);
    return code;
}

static int postgresql_connect(void *store, void **opened) {
    PGconn *connection;
    if (open_connection(store, &connection) != 0) return -1;
    int code = 0;
    const struct statement *one = postgresql_statements;
    for (; one->name != NULL && code == 0; one++) {
        PGresult *result = PQprepare(connection, one->name, one->text, 0, NULL);
        code = postgresql_check(connection, result, PGRES_COMMAND_OK);
    }
    if (code == 0) *opened = connection;
    else PQfinish(connection);
    return code;
}

static int postgresql_open(const char *place, void **opened) {
    PGconn *connection;
    char *copy = strdup(place);
    if (copy == NULL) return peer_fail("out of memory");
    int code = open_connection(place, &connection);
    if (code == 0) {
        code = postgresql_run(connection, "DROP SCHEMA public CASCADE; CREATE SCHEMA public");
        if (code == 0) code = postgresql_run(connection, postgresql_events);
        if (code == 0) code = postgresql_run(connection, postgresql_views);
        if (code == 0) code = postgresql_run(connection, postgresql_view_indexes);
        if (code == 0) code = postgresql_run(connection, postgresql_functions);
        PQfinish(connection);
    }
    if (code == 0) *opened = copy;
    else free(copy);
    return code;
}

static void postgresql_close(void *store) { free(store); }

int postgresql_peer_version(const char *place, char *version, size_t size) {
    PGconn *connection;
    if (open_connection(place, &connection) != 0) return -1;
    int number = PQserverVersion(connection);
    snprintf(version, size, "%d.%d", number / 10000, number % 10000);
    PQfinish(connection);
    return 0;
}

static const peer_kind kind = {
    .name = "PostgreSQL",
    .open = postgresql_open,
    .close = postgresql_close,
    .connect = postgresql_connect,
    .disconnect = postgresql_disconnect,
    .load = postgresql_load,
    .rebuild = postgresql_rebuild,
    .issue = postgresql_issue,
    .link = postgresql_link,
    .read = postgresql_read,
};

const peer_kind *postgresql_peer(void) { return &kind; }
