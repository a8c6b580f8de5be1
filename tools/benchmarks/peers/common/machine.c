#include "peer.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/vfs.h>
#include <time.h>

static double seconds(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

double peer_process_seconds(void) { return seconds(CLOCK_PROCESS_CPUTIME_ID); }

double peer_clock(void) { return seconds(CLOCK_MONOTONIC); }

int64_t peer_now(void) {
    struct timespec time;
    clock_gettime(CLOCK_REALTIME, &time);
    return (int64_t)time.tv_sec * 1000000 + time.tv_nsec / 1000;
}

const char *peer_file_system(const char *directory) {
    struct statfs information;
    if (statfs(directory, &information) != 0) return "unknown";
    switch ((unsigned long)information.f_type) {
    case 0xEF53: return "ext4";
    case 0x58465342: return "xfs";
    case 0x9123683E: return "btrfs";
    case 0x2FC12FC1: return "zfs";
    case 0x794C7630: return "overlay";
    case 0x01021994: return "tmpfs";
    default: return "unknown";
    }
}

// MARK: - Failures

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static char message[512];

int peer_fail(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    pthread_mutex_lock(&mutex);
    if (message[0] == 0) vsnprintf(message, sizeof message, format, arguments);
    pthread_mutex_unlock(&mutex);
    va_end(arguments);
    return -1;
}

const char *peer_message(void) { return message; }

void peer_forget(void) { message[0] = 0; }
