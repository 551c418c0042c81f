/* A disk that fails on demand and keeps a diary: preloaded into a server by tests/faults/faultfs.py.

   Every write, sync, truncation, creation, removal and renaming below FAULTFS_FOLDER is counted, and
   fails where the control page says so; what took place is appended to FAULTFS_LOG, in its order. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

/* Shared with the test; see Control in faultfs.py. */
struct control {
    int64_t fail_at; /* which call fails, counted from 1; 0: none */
    int64_t seen;    /* calls so far */
    int64_t failed;  /* calls that failed */
    int32_t how;     /* errno; 0: half of the bytes are written, and said so */
    int32_t lasting; /* whether every later call fails, too */
};

/* Followed by the path and the data; see Record in powerloss.py. */
struct record {
    int32_t kind;
    int32_t path_bytes;
    int64_t offset;
    int64_t data_bytes;
};

static struct control *control;
static const char *folder;
static int diary = -1;
static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;
static ssize_t (*real_write)(int, const void *, size_t);

#define REAL(type, name, ...) \
    static type (*real)(__VA_ARGS__); \
    if (!real) real = (type(*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

__attribute__((constructor)) static void begin(void) {
    const char *page = getenv("FAULTFS_CONTROL"), *log = getenv("FAULTFS_LOG");
    real_write = (ssize_t(*)(int, const void *, size_t))dlsym(RTLD_NEXT, "write");
    int handle = page ? open(page, O_RDWR | O_CLOEXEC) : -1;
    if (handle >= 0) {
        void *found = mmap(NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, handle, 0);
        control = found == MAP_FAILED ? NULL : found;
        close(handle);
    }
    if (log) diary = open(log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    folder = getenv("FAULTFS_FOLDER");
}

static int inside(const char *path) {
    return folder && strncmp(path, folder, strlen(folder)) == 0;
}

/* Find the path of an open file; return whether it is one of ours. */
static int ours(int fd, char *path) {
    char link[32];
    if (!folder) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t size = readlink(link, path, PATH_MAX - 1);
    if (size < 0) return 0;
    path[size] = 0;
    return inside(path);
}

/* Count a call; return 0 if it shall go well, else what shall happen to it: an errno, or -1 for short. */
static int harm(void) {
    if (!control) return 0;
    int64_t now = __atomic_add_fetch(&control->seen, 1, __ATOMIC_SEQ_CST);
    int64_t at = control->fail_at;
    if (!at || (control->lasting ? now < at : now != at)) return 0;
    __atomic_add_fetch(&control->failed, 1, __ATOMIC_SEQ_CST);
    return control->how ? control->how : -1;
}

static void note(char kind, const char *path, int64_t offset, const void *data, size_t size) {
    if (diary < 0) return;
    struct record head = {kind, (int32_t)strlen(path), offset, (int64_t)size};
    pthread_mutex_lock(&turn);
    (void)!real_write(diary, &head, sizeof head);
    (void)!real_write(diary, path, strlen(path));
    if (size) (void)!real_write(diary, data, size);
    pthread_mutex_unlock(&turn);
}

#define SPOILT(wrong, size) \
    if (wrong > 0) { errno = wrong; return -1; } \
    if (wrong < 0 && size > 1) size /= 2

ssize_t write(int fd, const void *data, size_t size) {
    char path[PATH_MAX];
    if (!ours(fd, path)) return real_write(fd, data, size);
    int wrong = harm();
    SPOILT(wrong, size);
    struct stat found;
    int appends = fcntl(fd, F_GETFL) & O_APPEND;
    off_t at = appends && !fstat(fd, &found) ? found.st_size : lseek(fd, 0, SEEK_CUR);
    ssize_t done = real_write(fd, data, size);
    if (done > 0) note('W', path, at, data, done);
    return done;
}

ssize_t pwrite64(int fd, const void *data, size_t size, off_t at) {
    REAL(ssize_t, "pwrite64", int, const void *, size_t, off_t);
    char path[PATH_MAX];
    if (!ours(fd, path)) return real(fd, data, size, at);
    int wrong = harm();
    SPOILT(wrong, size);
    ssize_t done = real(fd, data, size, at);
    if (done > 0) note('W', path, at, data, done);
    return done;
}

ssize_t pwrite(int fd, const void *data, size_t size, off_t at) { return pwrite64(fd, data, size, at); }

int ftruncate64(int fd, off_t size) {
    REAL(int, "ftruncate64", int, off_t);
    char path[PATH_MAX];
    if (!ours(fd, path)) return real(fd, size);
    int wrong = harm();
    if (wrong) { errno = wrong > 0 ? wrong : EIO; return -1; }
    int done = real(fd, size);
    if (!done) note('T', path, size, NULL, 0);
    return done;
}

int ftruncate(int fd, off_t size) { return ftruncate64(fd, size); }

static int synced(int fd, int (*real)(int)) {
    char path[PATH_MAX];
    if (!ours(fd, path)) return real(fd);
    int wrong = harm();
    if (wrong) { errno = wrong > 0 ? wrong : EIO; return -1; }
    int done = real(fd);
    if (!done) note('S', path, 0, NULL, 0);
    return done;
}

int fsync(int fd) {
    REAL(int, "fsync", int);
    return synced(fd, real);
}

int fdatasync(int fd) {
    REAL(int, "fdatasync", int);
    return synced(fd, real);
}

int open64(const char *path, int flags, ...) {
    REAL(int, "open64", const char *, int, ...);
    va_list more;
    va_start(more, flags);
    mode_t mode = flags & O_CREAT ? va_arg(more, mode_t) : 0;
    va_end(more);
    int made = (flags & O_CREAT) && inside(path) && access(path, F_OK) != 0;
    int fd = real(path, flags, mode);
    if (fd >= 0 && made) note('C', path, 0, NULL, 0);
    if (fd >= 0 && !made && (flags & O_TRUNC) && inside(path)) note('T', path, 0, NULL, 0);
    return fd;
}

int open(const char *path, int flags, ...) {
    va_list more;
    va_start(more, flags);
    mode_t mode = flags & O_CREAT ? va_arg(more, mode_t) : 0;
    va_end(more);
    return open64(path, flags, mode);
}

int unlink(const char *path) {
    REAL(int, "unlink", const char *);
    int done = real(path);
    if (!done && inside(path)) note('U', path, 0, NULL, 0);
    return done;
}

int rename(const char *from, const char *to) {
    REAL(int, "rename", const char *, const char *);
    int done = real(from, to);
    if (!done && inside(from)) note('R', from, 0, to, strlen(to));
    return done;
}
