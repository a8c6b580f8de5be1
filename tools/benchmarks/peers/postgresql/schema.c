#include "store.h"

#include <stddef.h>

// Kinds of events and the status of a credential are numbered as in the peer for SQLite.

const char *const postgresql_events =
    "CREATE TABLE events ("
    " position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, recorded_at timestamptz NOT NULL,"
    " id uuid NOT NULL, occurred_at timestamptz, expires_at timestamptz, credential uuid,"
    " actor smallint NOT NULL, kind smallint NOT NULL, link_kind smallint, user_id text NOT NULL,"
    " toolkit text, state bytea, grant_id text, platform text, provider text, subject text,"
    " scopes text, reason text, email text, name text, label text);"
    "CREATE INDEX events_user ON events (user_id);";

const char *const postgresql_views =
    "CREATE TABLE states ("
    " digest bytea NOT NULL, user_id text NOT NULL, toolkit text NOT NULL,"
    " expires_at timestamptz NOT NULL, used boolean NOT NULL) WITH (fillfactor = 80);"
    "CREATE TABLE credentials ("
    " connected bigint NOT NULL, version bigint NOT NULL, credential uuid NOT NULL,"
    " first_connected_at timestamptz NOT NULL, last_authenticated_at timestamptz NOT NULL,"
    " status_changed_at timestamptz NOT NULL, status smallint NOT NULL, user_id text NOT NULL,"
    " toolkit text NOT NULL, grant_id text NOT NULL, platform text, provider text NOT NULL,"
    " subject text NOT NULL, email text, name text, label text, scopes text, status_reason text);"
    "CREATE TABLE selections ("
    " user_id text NOT NULL, toolkit text NOT NULL, credential uuid, choice uuid,"
    " usable integer NOT NULL);";

const char *const postgresql_view_indexes =
    "ALTER TABLE states ADD PRIMARY KEY (digest);"
    "ALTER TABLE selections ADD PRIMARY KEY (user_id, toolkit);"
    "ALTER TABLE credentials ADD PRIMARY KEY (user_id, connected);"
    "CREATE UNIQUE INDEX credentials_id ON credentials (credential);"
    "CREATE UNIQUE INDEX credentials_grant ON credentials (grant_id) WHERE status <> 2;"
    "CREATE UNIQUE INDEX credentials_account ON credentials (provider, subject)"
    " WHERE status <> 2;";

// A link is one call and so one journey to the server and one transaction.
const char *const postgresql_functions =
    "CREATE FUNCTION issue(text, text, bytea, interval) RETURNS void LANGUAGE sql AS $$"
    " INSERT INTO events (recorded_at, id, user_id, actor, kind, toolkit, state, expires_at)"
    " VALUES (clock_timestamp(), gen_random_uuid(), $1, 3, 1, $2, $3, now() + $4);"
    " INSERT INTO states VALUES ($3, $1, $2, now() + $4, false) $$;"
    "CREATE FUNCTION link(the_state bytea, the_grant text, the_platform text, the_provider text,"
    " the_subject text, the_scopes text, the_email text, the_name text) RETURNS uuid"
    " LANGUAGE plpgsql AS $$"
    " DECLARE the_user text; the_toolkit text; the_position bigint;"
    " now timestamptz := clock_timestamp(); made uuid := gen_random_uuid(); BEGIN"
    " UPDATE states SET used = true WHERE digest = the_state AND NOT used AND expires_at > now"
    "  RETURNING user_id, toolkit INTO the_user, the_toolkit;"
    " IF NOT FOUND THEN RAISE EXCEPTION 'the state is unknown, used or expired'; END IF;"
    " INSERT INTO events (recorded_at, id, user_id, actor, kind, toolkit, state, credential,"
    "  grant_id, platform, provider, subject, link_kind, scopes, email, name)"
    "  VALUES (now, gen_random_uuid(), the_user, 3, 2, the_toolkit, the_state, made, the_grant,"
    "  the_platform, the_provider, the_subject, 1, the_scopes, the_email, the_name)"
    "  RETURNING position INTO the_position;"
    " INSERT INTO credentials VALUES (the_position, the_position, made, now, now, now, 0, the_user,"
    "  the_toolkit, the_grant, the_platform, the_provider, the_subject, the_email, the_name, NULL,"
    "  the_scopes, NULL);"
    " INSERT INTO selections VALUES (the_user, the_toolkit, made, NULL, 1)"
    "  ON CONFLICT (user_id, toolkit) DO UPDATE"
    "  SET credential = coalesce(selections.choice, excluded.credential),"
    "  usable = selections.usable + 1;"
    " RETURN made; END $$;";

const char *const postgresql_fill =
    "INSERT INTO states SELECT issued.state, issued.user_id, issued.toolkit, issued.expires_at,"
    " used.position IS NOT NULL FROM events issued"
    " LEFT JOIN (SELECT state, position FROM events WHERE kind = 2 AND state IS NOT NULL) used"
    " ON used.state = issued.state WHERE issued.kind = 1;"
    "WITH links AS (SELECT *,"
    " row_number() OVER newest AS back, min(position) OVER whole AS first_position,"
    " min(recorded_at) OVER whole AS first_at FROM events WHERE kind = 2"
    " WINDOW newest AS (PARTITION BY credential ORDER BY position DESC),"
    " whole AS (PARTITION BY credential)),"
    " ends AS (SELECT DISTINCT ON (credential) credential, kind, reason, position, recorded_at"
    " FROM events WHERE kind IN (3, 4) ORDER BY credential, position DESC),"
    " labels AS (SELECT DISTINCT ON (credential) credential, label, position"
    " FROM events WHERE kind = 5 ORDER BY credential, position DESC)"
    " INSERT INTO credentials SELECT first_position,"
    " greatest(links.position, ends.position, labels.position), links.credential, first_at,"
    " links.recorded_at, greatest(links.recorded_at, ends.recorded_at),"
    " CASE WHEN ends.position > links.position THEN ends.kind - 2 ELSE 0 END, user_id, toolkit,"
    " grant_id, platform, provider, subject, email, name,"
    " CASE WHEN labels.position IS NULL THEN links.label ELSE labels.label END, scopes,"
    " CASE WHEN ends.position > links.position THEN ends.reason END"
    " FROM links LEFT JOIN ends ON ends.credential = links.credential"
    " LEFT JOIN labels ON labels.credential = links.credential"
    " WHERE back = 1;"
    "WITH chosen AS (SELECT DISTINCT ON (user_id, toolkit) user_id, toolkit, credential"
    " FROM events WHERE kind = 6 ORDER BY user_id, toolkit, position DESC)"
    " INSERT INTO selections SELECT ranked.user_id, ranked.toolkit,"
    " coalesce(chosen.credential, ranked.credential), chosen.credential, usable"
    " FROM (SELECT user_id, toolkit, credential, count(*) OVER whole AS usable,"
    " row_number() OVER (PARTITION BY user_id, toolkit ORDER BY connected DESC) AS back"
    " FROM credentials WHERE status = 0 WINDOW whole AS (PARTITION BY user_id, toolkit)) ranked"
    " LEFT JOIN chosen ON chosen.user_id = ranked.user_id AND chosen.toolkit = ranked.toolkit"
    " WHERE back = 1;";

const struct statement postgresql_statements[] = {
    {"issue", "SELECT issue($1, $2, $3, '1 hour')"},
    {"link", "SELECT link($1, $2, $3, $4, $5, $6, $7, $8)"},
    {"selection",
     "SELECT credential, choice, usable FROM selections WHERE user_id = $1 AND toolkit = $2"},
    {"accounts",
     "SELECT * FROM credentials WHERE user_id = $1 AND status <> 2 ORDER BY connected"},
    {"history", "SELECT * FROM events WHERE user_id = $1 ORDER BY position"},
    {NULL, NULL},
};
