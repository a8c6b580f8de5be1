internal import Foundation

/// System calls of LMDB that fail on demand, in a process of its own.
///
/// A library in front of libc (LD_PRELOAD) looks into a file before each call: its content names
/// the fault. LMDB writes pages with writev or pwrite, synchronizes them with fdatasync, and then
/// writes the header page through a descriptor that was opened with O_DSYNC.
enum FaultInjection {
    /// The library, compiled once per test run; nil where there is no C compiler.
    ///
    /// Its file has no name any more, so that nothing is left behind; processes reach it through
    /// the descriptor.
    private static let compiled: FileHandle? = try? compile()

    /// Whether faults can be injected.
    static var isAvailable: Bool { compiled != nil }

    private static func compile() throws -> FileHandle? {
        let directory = try TemporaryDirectory()
        let (source, library) = (directory.appending("faults.c"), directory.appending("faults.so"))
        try text.write(toFile: source, atomically: true, encoding: .utf8)
        let status = try ProbeProcess.run(
            ["cc", "-shared", "-fPIC", "-O1", "-o", library, source, "-ldl"])
        return status == 0 ? FileHandle(forReadingAtPath: library) : nil
    }

    /// Starts a probe whose system calls fail when its step `fault` says so.
    static func probe(_ directory: TemporaryDirectory, _ steps: String) throws -> ProbeProcess {
        let library = compiled.map { "/proc/\(getpid())/fd/\($0.fileDescriptor)" }
        return try ProbeProcess(
            directory.appending("ledger"), steps,
            variables: [
                "LD_PRELOAD": library ?? "", "FAULT_FILE": directory.appending("fault"),
            ])
    }

    private static let text = #"""
        #define _GNU_SOURCE
        #include <dlfcn.h>
        #include <errno.h>
        #include <fcntl.h>
        #include <stdlib.h>
        #include <string.h>
        #include <stdio.h>
        #include <sys/uio.h>
        #include <unistd.h>

        static int armed(const char *kind) {
            const char *path = getenv("FAULT_FILE");
            char text[128] = {0};
            int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
            if (file < 0) return 0;
            ssize_t length = read(file, text, sizeof text - 1);
            close(file);
            return length > 0 && strcmp(text, kind) == 0;
        }

        static int is_header(int file) {
            return (fcntl(file, F_GETFL) & O_DSYNC) != 0;
        }

        int fdatasync(int file) {
            static int (*real)(int);
            if (!real) real = dlsym(RTLD_NEXT, "fdatasync");
            if (armed("sync")) { errno = EIO; return -1; }
            return real(file);
        }

        int fsync(int file) {
            static int (*real)(int);
            char link[64], path[4096] = {0}, kind[4200];
            if (!real) real = dlsym(RTLD_NEXT, "fsync");
            /* "sync:NAME" concerns the file or directory of this name,
               a hidden one without its last part. */
            snprintf(link, sizeof link, "/proc/self/fd/%d", file);
            if (readlink(link, path, sizeof path - 1) > 0) {
                char *name = strrchr(path, '/') + 1;
                if (name[0] == '.') *strrchr(name, '.') = 0;
                snprintf(kind, sizeof kind, "sync:%s", name);
                if (armed(kind)) { errno = EIO; return -1; }
            }
            return real(file);
        }

        static ssize_t guarded(ssize_t (*real)(int, const void *, size_t, off_t),
                               int file, const void *bytes, size_t count, off_t offset) {
            /* The header cannot be written, and neither can the old one be put back. */
            if (armed("header") && count < 512) { errno = EIO; return -1; }
            /* The header reaches the disk, but the answer is an error. */
            if (armed("header-lands") && count < 512) {
                if (is_header(file)) real(file, bytes, count, offset);
                errno = EIO;
                return -1;
            }
            if (armed("full") && count >= 512) { errno = ENOSPC; return -1; }
            if (armed("quota") && count >= 512) { errno = EDQUOT; return -1; }
            if (armed("short") && count >= 512) return real(file, bytes, count / 2, offset);
            return real(file, bytes, count, offset);
        }

        ssize_t pwrite(int file, const void *bytes, size_t count, off_t offset) {
            static ssize_t (*real)(int, const void *, size_t, off_t);
            if (!real) real = dlsym(RTLD_NEXT, "pwrite");
            return guarded(real, file, bytes, count, offset);
        }

        ssize_t pwrite64(int file, const void *bytes, size_t count, off_t offset) {
            static ssize_t (*real)(int, const void *, size_t, off_t);
            if (!real) real = dlsym(RTLD_NEXT, "pwrite64");
            return guarded(real, file, bytes, count, offset);
        }

        ssize_t writev(int file, const struct iovec *parts, int count) {
            static ssize_t (*real)(int, const struct iovec *, int);
            if (!real) real = dlsym(RTLD_NEXT, "writev");
            if (armed("full")) { errno = ENOSPC; return -1; }
            if (armed("quota")) { errno = EDQUOT; return -1; }
            if (armed("short")) return real(file, parts, 1) / 2;
            return real(file, parts, count);
        }
        """#
}
