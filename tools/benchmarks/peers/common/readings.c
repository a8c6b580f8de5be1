#include "peer.h"
#include "threads.h"

#include <stdlib.h>

struct reader {
    pthread_t thread;
    const peer_kind *kind;
    void *connection;
    const peer_readings *readings;
    pthread_barrier_t *start;
    const char *users;
    size_t count;
    uint64_t rows;
    int code;
};

static int read_all(struct reader *reader, unsigned passes) {
    const peer_kind *kind = reader->kind;
    const peer_readings *readings = reader->readings;
    int is_one = readings->together && kind->begin != NULL;
    int code = is_one ? kind->begin(reader->connection) : 0;
    for (unsigned pass = 0; pass < passes && code == 0; pass++) {
        code = kind->read(
            reader->connection, readings->what, reader->users, reader->count, &reader->rows);
    }
    if (is_one && code == 0) code = kind->end(reader->connection);
    return code;
}

// The first pass is not timed: it brings what is read into memory, and the connection's own too.
static void *run_reader(void *context) {
    struct reader *reader = context;
    int code = read_all(reader, 1);
    reader->rows = 0;
    pthread_barrier_wait(reader->start);
    pthread_barrier_wait(reader->start);
    reader->code = code == 0 ? read_all(reader, reader->readings->passes) : code;
    return NULL;
}

int peer_read(
    const peer_kind *kind, void *store, const peer_readings *readings, uint64_t *rows,
    peer_run *run) {
    unsigned threads = readings->threads;
    struct reader *readers = calloc(threads, sizeof *readers);
    if (readers == NULL) return peer_fail("out of memory");
    pthread_barrier_t start;
    pthread_barrier_init(&start, NULL, threads + 1);
    size_t share = readings->count / threads;
    int code = 0;
    for (unsigned index = 0; index < threads && code == 0; index++) {
        readers[index] = (struct reader){
            .kind = kind, .readings = readings, .start = &start, .count = share,
            .users = readings->users + index * share * PEER_USER};
        if (index == threads - 1) readers[index].count = readings->count - index * share;
        code = kind->connect(store, &readers[index].connection);
    }
    for (unsigned index = 0; index < threads && code == 0; index++) {
        start_thread(&readers[index].thread, run_reader, &readers[index]);
    }
    if (code == 0) {
        pthread_barrier_wait(&start);
        double cpu = peer_process_seconds(), clock = peer_clock();
        pthread_barrier_wait(&start);
        for (unsigned index = 0; index < threads; index++) {
            pthread_join(readers[index].thread, NULL);
            if (code == 0) code = readers[index].code;
            *rows += readers[index].rows;
        }
        run->seconds = peer_clock() - clock;
        run->cpu_seconds = peer_process_seconds() - cpu;
    }
    for (unsigned index = 0; index < threads; index++) {
        if (readers[index].connection != NULL) kind->disconnect(readers[index].connection);
    }
    pthread_barrier_destroy(&start);
    free(readers);
    return code;
}
