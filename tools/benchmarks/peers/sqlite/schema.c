#include "store.h"

// Kinds of events, in the order in which the ledger's schema has them: 1 a state was issued, 2 a grant
// was linked, 3 expired, 4 revoked, 5 a label changed, 6 an account was selected. The status of a
// credential: 0 valid, 1 expired, 2 revoked.

const char *const sqlite_events =
    "CREATE TABLE IF NOT EXISTS events ("
    " position INTEGER PRIMARY KEY, recorded_at INTEGER NOT NULL, id BLOB NOT NULL,"
    " user_id TEXT NOT NULL, occurred_at INTEGER, actor INTEGER NOT NULL, kind INTEGER NOT NULL,"
    " toolkit TEXT, state BLOB, expires_at INTEGER, credential BLOB, grant_id TEXT, platform TEXT,"
    " provider TEXT, subject TEXT, link_kind INTEGER, scopes TEXT, reason TEXT,"
    " email TEXT, name TEXT, label TEXT);"
    "CREATE INDEX IF NOT EXISTS events_user ON events (user_id);";

const char *const sqlite_views =
    "CREATE TABLE IF NOT EXISTS states ("
    " digest BLOB PRIMARY KEY, user_id TEXT NOT NULL, toolkit TEXT NOT NULL,"
    " expires_at INTEGER NOT NULL, used INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS credentials ("
    " user_id TEXT NOT NULL, connected INTEGER NOT NULL, credential BLOB NOT NULL,"
    " toolkit TEXT NOT NULL, grant_id TEXT NOT NULL, platform TEXT, provider TEXT NOT NULL,"
    " subject TEXT NOT NULL, email TEXT, name TEXT, label TEXT, scopes TEXT,"
    " status INTEGER NOT NULL, status_reason TEXT, first_connected_at INTEGER NOT NULL,"
    " last_authenticated_at INTEGER NOT NULL, status_changed_at INTEGER NOT NULL,"
    " version INTEGER NOT NULL, PRIMARY KEY (user_id, connected)) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS selections ("
    " user_id TEXT NOT NULL, toolkit TEXT NOT NULL, credential BLOB, choice BLOB,"
    " usable INTEGER NOT NULL, PRIMARY KEY (user_id, toolkit)) WITHOUT ROWID;";

const char *const sqlite_view_indexes =
    "CREATE UNIQUE INDEX IF NOT EXISTS credentials_id ON credentials (credential);"
    "CREATE UNIQUE INDEX IF NOT EXISTS credentials_grant ON credentials (grant_id)"
    " WHERE status <> 2;"
    "CREATE UNIQUE INDEX IF NOT EXISTS credentials_account ON credentials (provider, subject)"
    " WHERE status <> 2;";

const char *const sqlite_fill =
    "INSERT INTO states SELECT issued.state, issued.user_id, issued.toolkit, issued.expires_at,"
    " used.position IS NOT NULL FROM events issued"
    " LEFT JOIN (SELECT state, position FROM events WHERE kind = 2 AND state IS NOT NULL) used"
    " ON used.state = issued.state WHERE issued.kind = 1 ORDER BY issued.state;"
    "WITH links AS MATERIALIZED (SELECT *,"
    " row_number() OVER newest AS back, count(*) OVER whole AS links,"
    " min(position) OVER whole AS connected, min(recorded_at) OVER whole AS first_at"
    " FROM events WHERE kind = 2"
    " WINDOW newest AS (PARTITION BY credential ORDER BY position DESC),"
    " whole AS (PARTITION BY credential)),"
    " ends AS MATERIALIZED (SELECT credential, kind, reason, position, recorded_at, row_number()"
    " OVER (PARTITION BY credential ORDER BY position DESC) AS back"
    " FROM events WHERE kind IN (3, 4)),"
    " labels AS MATERIALIZED (SELECT credential, label, position, row_number()"
    " OVER (PARTITION BY credential ORDER BY position DESC) AS back FROM events WHERE kind = 5)"
    " INSERT INTO credentials SELECT links.user_id, connected, links.credential, links.toolkit,"
    " grant_id, platform, provider, subject, email, name,"
    " CASE WHEN labels.position IS NULL THEN links.label ELSE labels.label END, scopes,"
    " CASE WHEN ends.position > links.position THEN ends.kind - 2 ELSE 0 END,"
    " CASE WHEN ends.position > links.position THEN ends.reason END,"
    " first_at, links.recorded_at, max(links.recorded_at, coalesce(ends.recorded_at, 0)),"
    " max(links.position, coalesce(ends.position, 0), coalesce(labels.position, 0))"
    " FROM links"
    " LEFT JOIN ends ON ends.credential = links.credential AND ends.back = 1"
    " LEFT JOIN labels ON labels.credential = links.credential AND labels.back = 1"
    " WHERE links.back = 1 ORDER BY links.user_id, connected;"
    "WITH chosen AS MATERIALIZED (SELECT user_id, toolkit, credential, row_number()"
    " OVER (PARTITION BY user_id, toolkit ORDER BY position DESC) AS back"
    " FROM events WHERE kind = 6)"
    " INSERT INTO selections SELECT ranked.user_id, ranked.toolkit,"
    " coalesce(chosen.credential, ranked.credential), chosen.credential, usable"
    " FROM (SELECT user_id, toolkit, credential, count(*) OVER whole AS usable,"
    " row_number() OVER (PARTITION BY user_id, toolkit ORDER BY connected DESC) AS back"
    " FROM credentials WHERE status = 0 WINDOW whole AS (PARTITION BY user_id, toolkit)) ranked"
    " LEFT JOIN chosen ON chosen.user_id = ranked.user_id AND chosen.toolkit = ranked.toolkit"
    " AND chosen.back = 1 WHERE ranked.back = 1;";

const char *const sqlite_statements[STATEMENTS] = {
    [BEGIN] = "BEGIN",
    [BEGIN_WRITING] = "BEGIN IMMEDIATE",
    [COMMIT] = "COMMIT",
    [ISSUE_EVENT] =
        "INSERT INTO events (recorded_at, id, user_id, actor, kind, toolkit, state, expires_at)"
        " VALUES (?, randomblob(16), ?, 3, 1, ?, ?, ?)",
    [ISSUE_STATE] = "INSERT INTO states VALUES (?, ?, ?, ?, 0)",
    [CONSUME_STATE] =
        "UPDATE states SET used = 1 WHERE digest = ? AND used = 0 AND expires_at > ?"
        " RETURNING user_id, toolkit",
    [LINK_EVENT] =
        "INSERT INTO events (recorded_at, id, user_id, actor, kind, toolkit, state, credential,"
        " grant_id, platform, provider, subject, link_kind, scopes, email, name)"
        " VALUES (?1, randomblob(16), ?2, 3, 2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 1, ?10, ?11, ?12)",
    [LINK_CREDENTIAL] =
        "INSERT INTO credentials VALUES (?2, ?13, ?5, ?3, ?6, ?7, ?8, ?9, ?11, ?12, NULL, ?10, 0,"
        " NULL, ?1, ?1, ?1, ?13)",
    [LINK_SELECTION] =
        "INSERT INTO selections VALUES (?, ?, ?, NULL, 1) ON CONFLICT (user_id, toolkit) DO UPDATE"
        " SET credential = coalesce(choice, excluded.credential), usable = usable + 1",
    [LOAD_EVENT] =
        "INSERT INTO events (recorded_at, id, user_id, actor, kind, toolkit, credential, grant_id,"
        " provider, subject, link_kind, email, name)"
        " VALUES (?, randomblob(16), ?, 3, 2, ?, randomblob(16), ?, ?, ?, 1, ?, ?)",
    [READ_SELECTION] =
        "SELECT credential, choice, usable FROM selections WHERE user_id = ? AND toolkit = ?",
    [READ_ACCOUNTS] =
        "SELECT * FROM credentials WHERE user_id = ? AND status <> 2 ORDER BY connected",
    [READ_HISTORY] = "SELECT * FROM events WHERE user_id = ? ORDER BY position",
};
