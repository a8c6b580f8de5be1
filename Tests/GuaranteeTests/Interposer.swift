internal import Foundation
internal import LedgerTestSupport

/// A library that is put before that of C in a child process (LD_PRELOAD), compiled by the tests.
///
/// The file that the variable `FAULT_FILE` names says what fails.
struct Interposer {
    private let directory: TemporaryDirectory

    /// Compiles the library.
    init() throws {
        directory = try TemporaryDirectory()
        let source = directory.appending("faults.c")
        try Self.text.write(toFile: source, atomically: true, encoding: .utf8)
        let library = directory.appending("faults.so")
        let command = ["cc", "-shared", "-fPIC", "-O1", "-o", library, source, "-ldl"]
        guard ChildProcess.status(of: command) == 0 else { throw CocoaError(.executableLoad) }
    }

    /// The variables that put the library before that of C.
    var variables: [String: String] {
        [
            "LD_PRELOAD": directory.appending("faults.so"),
            "FAULT_FILE": directory.appending("fault"),
        ]
    }

    /// Makes system calls fail from now on.
    func arm(_ fault: String) throws {
        try fault.write(toFile: directory.appending("fault"), atomically: true, encoding: .utf8)
    }

    private static let text = #"""
        #define _GNU_SOURCE
        #include <dlfcn.h>
        #include <errno.h>
        #include <fcntl.h>
        #include <stdlib.h>
        #include <string.h>
        #include <sys/vfs.h>
        #include <unistd.h>

        static int armed(const char *kind) {
            const char *path = getenv("FAULT_FILE");
            char text[32] = {0};
            int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
            if (file < 0) return 0;
            ssize_t length = read(file, text, sizeof text - 1);
            close(file);
            return length > 0 && strcmp(text, kind) == 0;
        }

        /* LMDB writes its header, of less than 512 bytes, through a descriptor with O_DSYNC; where
           that fails it puts the old one back through the ordinary descriptor. */
        static ssize_t guarded(ssize_t (*real)(int, const void *, size_t, off_t),
                               int file, const void *bytes, size_t count, off_t offset) {
            int header = count < 512 && (fcntl(file, F_GETFL) & O_DSYNC) != 0;
            static int failures;
            if (count >= 512) return real(file, bytes, count, offset);
            if (armed("always")) { errno = EIO; return -1; }
            if (armed("lost") && failures == 0 && header) {
                failures = 1;
                errno = EIO;
                return -1;
            }
            if (armed("landed") && failures < 2) {
                if (header) real(file, bytes, count, offset);
                failures += 1;
                errno = EIO;
                return -1;
            }
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

        static long network(void) {
            if (armed("nfs")) return 0x6969;
            if (armed("fuse")) return 0x65735546;
            if (armed("9p")) return 0x01021997;
            return 0;
        }

        int statfs(const char *path, struct statfs *result) {
            static int (*real)(const char *, struct statfs *);
            if (!real) real = dlsym(RTLD_NEXT, "statfs");
            int status = real(path, result);
            if (status == 0 && network()) result->f_type = network();
            return status;
        }

        int statfs64(const char *path, struct statfs64 *result) {
            static int (*real)(const char *, struct statfs64 *);
            if (!real) real = dlsym(RTLD_NEXT, "statfs64");
            int status = real(path, result);
            if (status == 0 && network()) result->f_type = network();
            return status;
        }
        """#
}
