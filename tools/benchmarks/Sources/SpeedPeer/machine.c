#include "speed_peer.h"

#include <lmdb.h>
#include <string.h>
#include <sys/vfs.h>
#include <time.h>

static double seconds(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

double speed_peer_thread_seconds(void) { return seconds(CLOCK_THREAD_CPUTIME_ID); }

double speed_peer_process_seconds(void) { return seconds(CLOCK_PROCESS_CPUTIME_ID); }

double speed_peer_clock(void) { return seconds(CLOCK_MONOTONIC); }

const char *speed_peer_file_system(const char *directory) {
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

int speed_peer_is_in_memory(const char *file_system) { return strcmp(file_system, "tmpfs") == 0; }

const char *speed_peer_lmdb_version(void) { return mdb_version(NULL, NULL, NULL); }

const char *speed_peer_message(int code) { return mdb_strerror(code); }
