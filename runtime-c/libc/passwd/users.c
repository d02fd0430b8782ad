// Users and groups from /etc/passwd and /etc/group (passwd(5), group(5)); no other name services.
// Results of the functions without _r lie in the module's heap and are overwritten by the next call, as usual.
#include "../files.h"
#include "guest-calls.h"
#include "guest.h"
#include "imports.gen.h"
#include "kernel.h"
#include "system-call.h"
#include "text.h"

enum { FIELDS_MAX = 7, USER_SIZE = 28, GROUP_SIZE = 16, GROUPS_MAX = 1024, NAME_SIZE = 256 };
enum database { USERS, GROUPS };
enum user_field { USER_NAME, USER_PASSWORD, USER_ID, USER_GROUP, USER_GECOS, USER_HOME, USER_SHELL };
enum group_field { GROUP_NAME, GROUP_PASSWORD, GROUP_ID, GROUP_MEMBERS };

struct entry {
    const char *field[FIELDS_MAX]; // NUL-terminated
    u64 bytes;                     // of all fields with their NULs
};

struct key {
    bool named; // else by id
    u32 id;
    char name[NAME_SIZE];
};

static const char *const paths[] = {"/etc/passwd", "/etc/group"};
static const u32 field_counts[] = {7, 4};

static bool parse_decimal(const char *s, u32 *value) {
    u64 n = 0;
    if (!is_digit(*s)) return false;
    for (; is_digit(*s) && n <= 0xffffffff; s++) n = 10 * n + (u64)(*s - '0');
    *value = (u32)n;
    return *s == 0 && n <= 0xffffffff;
}

// Splits the line at *at in place and moves on; false for lines that are not entries.
static bool split_line(char **at, enum database database, struct entry *e) {
    u32 count = 0;
    char *s = *at, *start = s;
    for (;; s++) {
        bool end = *s == 0 || *s == '\n';
        if (!end && *s != ':') continue;
        if (count < FIELDS_MAX) e->field[count++] = start;
        bool more = *s != 0;
        *s = 0;
        start = s + 1;
        if (!end) continue;
        *at = s + more;
        break;
    }
    e->bytes = 0;
    for (u32 i = 0; i < count; i++) e->bytes += text_length(e->field[i]) + 1;
    u32 id;
    return count == field_counts[database] && e->field[0][0] && parse_decimal(e->field[2], &id);
}

static bool matches(const struct entry *e, const struct key *key) {
    u32 id;
    if (key->named) return text_equal(e->field[0], key->name);
    return parse_decimal(e->field[2], &id) && id == key->id;
}

// The file stays open in *file for as long as the entry is used.
static long find(enum database database, const struct key *key, struct file_text *file, struct entry *e) {
    if (!read_whole_file(paths[database], file)) return -ENOENT;
    for (char *at = file->text; *at;)
        if (split_line(&at, database, e) && matches(e, key)) return 0;
    free_file_text(file);
    return -ENOENT;
}

static u64 count_members(const char *list) {
    u64 n = *list != 0;
    for (; *list; list++) n += *list == ',';
    return n;
}

// Room that an entry needs behind its record: strings, and a group's vector of members.
static u64 room_for(enum database database, const struct entry *e) {
    u64 vector = database == GROUPS ? 4 * (count_members(e->field[GROUP_MEMBERS]) + 1) + 3 : 0;
    return e->bytes + vector;
}

static u32 copy_field(u8 **to, const char *text) {
    u64 n = text_length(text) + 1;
    u32 address = guest_address(*to);
    memcpy(*to, text, n);
    *to += n;
    return address;
}

static void put_members(u8 *record, u8 *buffer, const char *list) {
    u32 vector = (guest_address(buffer) + 3) & ~3u;
    u64 count = count_members(list);
    u8 *slot = w2e_memory + vector, *to = slot + 4 * (count + 1);
    store32(record + 12, vector);
    for (u64 i = 0; i < count; i++, slot += 4) {
        store32(slot, guest_address(to));
        while (*list && *list != ',') *to++ = (u8)*list++;
        *to++ = 0;
        list++;
    }
    store32(slot, 0);
}

static void put_entry(enum database database, const struct entry *e, u8 *record, u8 *buffer) {
    u32 id, group;
    store32(record, copy_field(&buffer, e->field[0]));
    store32(record + 4, copy_field(&buffer, e->field[1]));
    store32(record + 8, parse_decimal(e->field[2], &id) ? id : (u32)-1);
    if (database == GROUPS) {
        put_members(record, buffer, e->field[GROUP_MEMBERS]);
        return;
    }
    store32(record + 12, parse_decimal(e->field[USER_GROUP], &group) ? group : (u32)-1);
    for (u32 i = USER_GECOS; i <= USER_SHELL; i++) store32(record + 4 * i, copy_field(&buffer, e->field[i]));
}

static u32 record_size(enum database database) { return database == USERS ? USER_SIZE : GROUP_SIZE; }

// Into the module's heap; one block per database. Calls the module.
static u32 put_static(enum database database, const struct entry *e) {
    static struct guest_block blocks[2];
    u32 record = record_size(database);
    u64 size = record + room_for(database, e);
    u32 block = size <= 0xffffffff ? guest_block_of(&blocks[database], (u32)size) : 0;
    u8 *p = block ? guest_range(block, size) : NULL;
    if (p) put_entry(database, e, p, p + record);
    return p ? block : 0;
}

// Calls the module.
static u32 get(enum database database, struct key key) {
    struct file_text file;
    struct entry e;
    if (find(database, &key, &file, &e)) return 0;
    u32 result = put_static(database, &e);
    free_file_text(&file);
    return result;
}

// The _r functions: 0 and *result = NULL if there is no such entry.
static u32 get_r(enum database database, struct key key, u32 record, u32 buffer, u32 size, u32 result) {
    struct file_text file;
    struct entry e;
    u8 *p = guest_range(record, record_size(database)), *to = guest_range(buffer, size), *out = guest_range(result, 4);
    if (!p || !to || !out) return error_number(-EFAULT);
    store32(out, 0);
    if (find(database, &key, &file, &e)) return 0;
    bool fits = room_for(database, &e) <= size;
    if (fits) {
        put_entry(database, &e, p, to);
        store32(out, record);
    }
    free_file_text(&file);
    return fits ? 0 : error_number(-ERANGE);
}

static struct key by_name(u32 name) {
    struct key key = {.named = true};
    if (guest_text(name, key.name, sizeof key.name) < 0) key.name[0] = 0; // nobody has the empty name
    return key;
}
static struct key by_id(u32 id) { return (struct key){.id = id}; }

u32 w2e_env_getpwnam(u32 name) { return get(USERS, by_name(name)); }
u32 w2e_env_getpwuid(u32 id) { return get(USERS, by_id(id)); }
u32 w2e_env_getgrnam(u32 name) { return get(GROUPS, by_name(name)); }
u32 w2e_env_getgrgid(u32 id) { return get(GROUPS, by_id(id)); }
u32 w2e_env_getpwnam_r(u32 name, u32 record, u32 buffer, u32 size, u32 result) { return get_r(USERS, by_name(name), record, buffer, size, result); }
u32 w2e_env_getpwuid_r(u32 id, u32 record, u32 buffer, u32 size, u32 result) { return get_r(USERS, by_id(id), record, buffer, size, result); }
u32 w2e_env_getgrnam_r(u32 name, u32 record, u32 buffer, u32 size, u32 result) { return get_r(GROUPS, by_name(name), record, buffer, size, result); }
u32 w2e_env_getgrgid_r(u32 id, u32 record, u32 buffer, u32 size, u32 result) { return get_r(GROUPS, by_id(id), record, buffer, size, result); }

// Walking: the file is read anew at each step, so that nothing has to be kept open across fork.
static u32 positions[2];

// Calls the module.
static u32 next_entry(enum database database) {
    struct file_text file;
    struct entry e;
    u32 result = 0, index = 0, wanted = positions[database];
    if (!read_whole_file(paths[database], &file)) return 0;
    for (char *at = file.text; *at && !result;)
        if (split_line(&at, database, &e) && index++ == wanted) result = put_static(database, &e);
    free_file_text(&file);
    if (result) positions[database] = wanted + 1;
    return result;
}
u32 w2e_env_getpwent(void) { return next_entry(USERS); }
u32 w2e_env_getgrent(void) { return next_entry(GROUPS); }
void w2e_env_setpwent(void) { positions[USERS] = 0; }
void w2e_env_setgrent(void) { positions[GROUPS] = 0; }
void w2e_env_endpwent(void) { positions[USERS] = 0; }
void w2e_env_endgrent(void) { positions[GROUPS] = 0; }

static bool is_member(const char *list, const char *name) {
    u64 n = text_length(name);
    for (;;) {
        const char *end = list;
        while (*end && *end != ',') end++;
        if ((u64)(end - list) == n && memcmp(list, name, n) == 0) return true;
        if (*end == 0) return false;
        list = end + 1;
    }
}

// The groups that a user is in, `group` first; the count may exceed `most`.
static u32 groups_of(const char *user, u32 group, u32 *ids, u32 most) {
    struct file_text file;
    struct entry e;
    u32 count = 0, id;
    if (most) ids[0] = group;
    count = 1;
    if (!read_whole_file(paths[GROUPS], &file)) return count;
    for (char *at = file.text; *at;) {
        if (!split_line(&at, GROUPS, &e) || !is_member(e.field[GROUP_MEMBERS], user)) continue;
        if (!parse_decimal(e.field[GROUP_ID], &id) || id == group) continue;
        if (count < most) ids[count] = id;
        count++;
    }
    free_file_text(&file);
    return count;
}

u32 w2e_env_initgroups(u32 user, u32 group) {
    u32 ids[GROUPS_MAX];
    struct key key = by_name(user);
    u32 count = groups_of(key.name, group, ids, GROUPS_MAX);
    if (count > GROUPS_MAX) count = GROUPS_MAX;
    return libc_result(sys(SYS_setgroups, count, own_bytes(ids, count * sizeof *ids)));
}
// Of more groups than there is room for in the runtime, the first are told.
u32 w2e_env_getgrouplist(u32 user, u32 group, u32 list, u32 count) {
    u32 ids[GROUPS_MAX];
    struct key key = by_name(user);
    u8 *size = guest_range(count, 4);
    if (!size) return (u32)-1;
    u32 room = load32(size), found = groups_of(key.name, group, ids, GROUPS_MAX);
    if (found > GROUPS_MAX) found = GROUPS_MAX;
    if (!guest_copy_out(list, &ids, 4ul * found, 4ul * room)) return (u32)-1;
    store32(size, found);
    return found <= room ? found : (u32)-1;
}

// The lines of /etc/shells, without comments (shells(5)), or the shells that everybody has. Calls the module.
static u32 next_shell;
u32 w2e_env_getusershell(void) {
    enum { SHELL_SIZE = 256 };
    static struct guest_block block;
    static const char usual[] = "/bin/sh\n/bin/csh\n";
    struct file_text file;
    bool there = read_whole_file("/etc/shells", &file);
    char shell[SHELL_SIZE];
    u32 index = 0, length = 0;
    for (const char *at = there ? file.text : usual; *at && !length;) {
        const char *end = at;
        while (*end && *end != '\n') end++;
        bool taken = *at == '/' && end - at < SHELL_SIZE && index++ == next_shell;
        if (taken) memcpy(shell, at, length = (u32)(end - at));
        at = end + (*end != 0);
    }
    if (there) free_file_text(&file);
    u32 address = length ? guest_block_of(&block, SHELL_SIZE) : 0;
    u8 *to = address ? guest_range(address, SHELL_SIZE) : NULL;
    if (!to) return 0;
    memcpy(to, shell, length);
    to[length] = 0;
    next_shell++;
    return address;
}
void w2e_env_setusershell(void) { next_shell = 0; }
void w2e_env_endusershell(void) { next_shell = 0; }
