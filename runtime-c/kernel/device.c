// The device through which a launcher runs the program in ring 0. A descriptor is an instance: it has one native stack, on which the
// program runs while a thread is in RUN, RESUME or THROW, and on which it is parked in between.
#include <linux/anon_inodes.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include "instance.h"
#include "program.h"

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("The program " PROGRAM_NAME ", compiled from WebAssembly");

// How many arguments of each kind an import has, and whether it returns. What is beyond is not told: registers and stack may hold
// addresses of the kernel.
static const struct shape {
    u8 returns, integers, floats, stack;
} imports[] = {
#define X(number, symbol, returns, integers, floats, stack) {returns, integers, floats, stack},
    PROGRAM_IMPORTS(X)
#undef X
};
#define X(number, symbol, returns, integers, floats, stack) \
    static_assert((integers) <= W2E_INTEGERS && (floats) <= W2E_FLOATS && (stack) <= W2E_STACK_WORDS);
PROGRAM_IMPORTS(X)
#undef X

static const u64 program_hash[W2E_HASH_WORDS] = PROGRAM_HASH;

static long put_places(const struct w2e_context *context, struct w2e_request __user *to) {
    u32 places[W2E_PLACES], count = w2e_trace(context, places);
    return put_user(count, &to->place_count) || copy_to_user(to->places, places, count * sizeof *places) ? -EFAULT : 0;
}

// Tells the launcher why the program has left.
static long tell(struct w2e_context *context, struct w2e_request __user *to) {
    switch (context->left) {
    case W2E_LEFT_RETURNED: return put_user(context->result, &to->result) ? -EFAULT : W2E_LEFT_RETURNED;
    case W2E_LEFT_SIGNAL: return W2E_LEFT_SIGNAL;
    case W2E_LEFT_RESTART: return get_user(context->serial, &to->serial) ? -EFAULT : (long)context->result;
    case W2E_LEFT_CALL:
        if (!user_write_access_begin(to, sizeof *to)) return -EFAULT;
        unsafe_put_user(context->number, &to->number, fault);
        unsafe_put_user(context->call.di, &to->integers[0], fault);
        unsafe_put_user(context->call.si, &to->integers[1], fault);
        unsafe_put_user(context->call.dx, &to->integers[2], fault);
        unsafe_put_user(context->call.r10, &to->integers[3], fault);
        unsafe_put_user(context->call.r8, &to->integers[4], fault);
        unsafe_put_user(context->call.r9, &to->integers[5], fault);
        user_write_access_end();
        return W2E_LEFT_CALL;
    case W2E_LEFT_TRAP: return put_user(context->number, &to->number) || put_places(context, to) ? -EFAULT : W2E_LEFT_TRAP;
    case W2E_LEFT_IMPORT: {
        const struct shape *shape;
        u32 i;
        if (context->number >= ARRAY_SIZE(imports)) return -EIO;
        shape = &imports[context->number];
        if (!user_write_access_begin(to, sizeof *to)) return -EFAULT;
        unsafe_put_user(context->number, &to->number, fault);
        for (i = 0; i < shape->integers; i++) unsafe_put_user(context->integers[i], &to->integers[i], fault);
        for (i = 0; i < shape->floats; i++) unsafe_put_user(context->floats[i], &to->floats[i], fault);
        for (i = 0; i < shape->stack; i++) unsafe_put_user(context->stack[i], &to->stack[i], fault);
        user_write_access_end();
        return W2E_LEFT_IMPORT;
    }
    default: return -EIO;
    }
fault:
    user_write_access_end();
    return -EFAULT;
}

enum how { ENTER, RESUME, THROW, AGAIN };

// Makes a system call anew.
static void again(struct w2e_context *context) {
    long result;
    context->left = 0;
    result = w2e_call(context);
    if (!context->left) w2e_resume(context, result);
}

// Runs the program until it leaves.
static long go(struct w2e_instance *instance, enum how how, void *export, u64 a, u64 b, struct w2e_request __user *to) {
    struct w2e_context *context = instance->context;
    w2e_float_begin(instance);
    switch (how) {
    case ENTER: w2e_enter(context, export, (u32)a, (u32)b); break;
    case RESUME: w2e_resume(context, a); break;
    case THROW: w2e_throw_to(context); break;
    case AGAIN: again(context); break;
    }
    w2e_float_end(instance);
    return tell(context, to);
}

static long run(struct w2e_instance *instance, struct w2e_request __user *from) {
    struct w2e_request request;
    if (copy_from_user(&request, from, offsetof(struct w2e_request, result))) return -EFAULT;
    if (memcmp(request.hash, program_hash, sizeof program_hash)) return -ESTALE;
    if (request.export_number >= PROGRAM_EXPORTS || !w2e_kernel_exports[request.export_number]) return -EINVAL;
    if (!instance->context) {
        int error = w2e_stack_create(instance);
        if (error) return error;
    }
    instance->context->jump_count = 0;
    instance->context->device = request.number;
    return go(instance, ENTER, w2e_kernel_exports[request.export_number], request.arguments[0], request.arguments[1], from);
}

static long resume(struct w2e_instance *instance, struct w2e_request __user *from) {
    u64 values[2] = {0};
    switch (instance->context->left) {
    case W2E_LEFT_SIGNAL: values[0] = instance->context->result; break;
    case W2E_LEFT_RESTART: values[0] = -EINTR; break;
    case W2E_LEFT_CALL:
        if (get_user(values[0], &from->values[0])) return -EFAULT;
        break;
    case W2E_LEFT_IMPORT:
        if (!imports[instance->context->number].returns) return -EINVAL;
        if (copy_from_user(values, from->values, sizeof values)) return -EFAULT;
        break;
    default: return -EINVAL;
    }
    instance->context->resumed_float = values[1];
    return go(instance, RESUME, NULL, values[0], 0, from);
}

// Whether the program is parked where a handler or a C function of the runtime may end it.
static bool is_parked(const struct w2e_instance *instance) {
    switch (instance->context->left) {
    case W2E_LEFT_IMPORT:
    case W2E_LEFT_SIGNAL:
    case W2E_LEFT_CALL:
    case W2E_LEFT_RESTART: return true;
    default: return false;
    }
}

static long throw(struct w2e_instance *instance, struct w2e_request __user *from) {
    if (!is_parked(instance) || !instance->context->jump_count) return -EINVAL;
    return go(instance, THROW, NULL, 0, 0, from);
}

static const struct file_operations operations;

static struct w2e_instance *create(void) {
    struct w2e_instance *instance = kzalloc(sizeof *instance, GFP_KERNEL_ACCOUNT);
    if (instance) w2e_tick_init(instance);
    return instance;
}

static void destroy(struct w2e_instance *instance) {
    w2e_tick_stop(instance);
    w2e_stack_free(instance);
    if (instance->mm) mmdrop(instance->mm);
    put_pid(instance->thread);
    kfree(instance);
}

// The copy belongs to nobody until somebody uses it.
static long clone(const struct w2e_instance *instance) {
    struct w2e_instance *copy = create();
    int descriptor;
    if (!copy) return -ENOMEM;
    if (instance->context && is_parked(instance)) {
        int error = w2e_stack_create(copy);
        if (error) {
            destroy(copy);
            return error;
        }
        w2e_stack_copy(copy, instance);
    }
    descriptor = anon_inode_getfd("[w2e]", &operations, copy, O_RDWR | O_CLOEXEC);
    if (descriptor < 0) destroy(copy);
    return descriptor;
}

// Whether the calling thread may use the instance: it is the first one that does.
static bool claim(struct w2e_instance *instance) {
    if (!instance->thread) {
        instance->thread = get_pid(task_pid(current));
        mmgrab(current->mm);
        instance->mm = current->mm;
    }
    return instance->thread == task_pid(current) && instance->mm == current->mm;
}

// Whether this is the ioctl that W2E_LEFT_RESTART answered, made once more.
static bool is_again(const struct w2e_instance *instance, unsigned int command, const struct w2e_request __user *request) {
    u64 serial;
    if (!instance->context || instance->context->left != W2E_LEFT_RESTART || command == W2E_CLONE) return false;
    return !get_user(serial, &request->serial) && serial == instance->context->serial;
}

static long handle(struct w2e_instance *instance, unsigned int command, struct w2e_request __user *request) {
    if (is_again(instance, command, request)) return claim(instance) ? go(instance, AGAIN, NULL, 0, 0, request) : -EPERM;
    if (command == W2E_RUN) return claim(instance) ? run(instance, request) : -EPERM;
    if (command == W2E_CLONE) return claim(instance) ? clone(instance) : -EPERM;
    if (command != W2E_RESUME && command != W2E_THROW && command != W2E_TRACE) return -ENOTTY;
    if (!instance->context) return -EINVAL;
    if (!claim(instance)) return -EPERM;
    switch (command) {
    case W2E_RESUME: return resume(instance, request);
    case W2E_THROW: return throw(instance, request);
    default: return instance->context->left == W2E_LEFT_IMPORT ? put_places(instance->context, request) : -EINVAL;
    }
}

static long device_ioctl(struct file *file, unsigned int command, unsigned long argument) {
    struct w2e_instance *instance = file->private_data;
    long result;
    if (atomic_cmpxchg_acquire(&instance->busy, 0, 1)) return -EBUSY;
    get_file(file); // the program may close its own device
    result = handle(instance, command, (struct w2e_request __user *)argument);
    atomic_set_release(&instance->busy, 0);
    fput(file);
    return result;
}

static int device_open(struct inode *inode, struct file *file) {
    file->private_data = create();
    return file->private_data ? 0 : -ENOMEM;
}

static int device_release(struct inode *inode, struct file *file) {
    destroy(file->private_data);
    return 0;
}

static const struct file_operations operations = {
    .owner = THIS_MODULE,
    .open = device_open,
    .release = device_release,
    .unlocked_ioctl = device_ioctl,
    .llseek = noop_llseek,
};

static struct miscdevice device = {
    .minor = MISC_DYNAMIC_MINOR,
    .name = "w2e-" PROGRAM_NAME,
    .fops = &operations,
    .mode = 0600,
};

#define AT(member, offset) static_assert(offsetof(struct w2e_context, member) == (offset))
AT(kernel_stack, CONTEXT_KERNEL_STACK);
AT(parked, CONTEXT_PARKED);
AT(left, CONTEXT_LEFT);
AT(number, CONTEXT_NUMBER);
AT(result, CONTEXT_RESULT);
AT(interrupted, CONTEXT_INTERRUPTED);
AT(resumed_float, CONTEXT_FLOAT);
AT(place, CONTEXT_PLACE);
AT(jumps, CONTEXT_JUMPS);
AT(jump_count, CONTEXT_JUMP_COUNT);
AT(integers, CONTEXT_INTEGERS);
AT(floats, CONTEXT_FLOATS);
AT(stack, CONTEXT_STACK);
AT(call, CONTEXT_CALL);

static int __init start(void) {
    int error = w2e_float_init();
    if (error) return error;
    w2e_calls_init();
    error = misc_register(&device);
    if (error) w2e_float_exit();
    return error;
}

static void __exit stop(void) {
    misc_deregister(&device);
    w2e_float_exit();
}

module_init(start);
module_exit(stop);
