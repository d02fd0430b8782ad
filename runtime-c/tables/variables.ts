// What makes each variable of the runtime right in programs with threads (libw2e-threads.a). A variable without a row is a finding
// of a test, so whoever adds one decides here.

/** Why threads may use a variable. */
export type Sharing =
  /** Each thread has one (`PER_THREAD`). */
  | 'thread'
  /** Changed, and read where that matters, under the lock of `hold()`. */
  | 'lock'
  /** Written before there is a second thread. */
  | 'start'
  /** One word, changed by atomic operations only. */
  | 'atomic'
  /** Every thread that finds it unset writes the same. */
  | 'same'
  /** POSIX lets the functions that use it be called by one thread at a time; whatever is in it, no address of the runtime comes of it. */
  | 'caller'
  /** Of programs that have no threads. */
  | 'none';

/** Rows by name; static variables of functions are `function.variable`. */
// biome-ignore format: a row is a line
export const variables: ReadonlyMap<string, Sharing> = new Map<string, Sharing>([
  // core/
  ['w2e_host_page', 'start'], ['w2e_memory_size', 'lock'], ['w2e_process', 'start'], ['w2e_arguments', 'start'],
  ['w2e_stack_end', 'thread'], ['w2e_stack_top', 'thread'],
  ['w2e_held', 'thread'], ['w2e_has_deferred', 'thread'], ['is_masked', 'thread'], ['mask_after', 'thread'], ['waiting_faults', 'thread'], ['waiting_information', 'thread'],
  ['w2e_trap_hook', 'none'], ['clock_now', 'same'], ['w2e_fault_hooks', 'same'], ['fault_hooks', 'same'],
  ['signal_stack', 'start'], ['guarded', 'thread'], ['reporting', 'thread'], ['on_its_way', 'thread'],
  ['newest', 'thread'], ['thrown', 'thread'],
  ['classes', 'thread'], ['elsewhere', 'thread'], ['growing', 'thread'], ['stack_low', 'thread'], ['stack_bytes', 'thread'], ['unscanned', 'thread'],
  ['report.first', 'atomic'], ['w2e_exit_program.first', 'atomic'],
  // serving/
  ['chosen', 'start'], ['arguments', 'start'], ['results', 'start'],
  ['resume', 'none'], ['trapped', 'none'], ['initial_mask', 'none'], ['w2e_serve.arguments', 'none'], ['w2e_serve.results', 'none'],
  // posix/
  ['ranges', 'lock'], ['range_count', 'lock'], ['range_room', 'lock'], ['idle', 'lock'], ['idle_count', 'lock'],
  ['w2e_files', 'lock'], ['confined_table', 'none'],
  ['open_semaphores', 'lock'], ['publish_arguments.done', 'same'],
  ['actions', 'lock'], ['blocked_faults', 'thread'], ['pending_faults', 'thread'], ['attached', 'lock'], ['attached_count', 'lock'],
  ['positions', 'caller'],
  ['w2e_start_state', 'atomic'], ['w2e_moves', 'atomic'], ['trusted_state', 'thread'], ['other_state', 'thread'], ['pause', 'thread'],
  // libc/
  ['exit_functions', 'lock'], ['exit_function_count', 'lock'],
  ['w2e_env_getenv.value_block', 'caller'], ['with_zone.zone_block', 'caller'], ['own_fields.fields_block', 'caller'],
  ['put_static.blocks', 'caller'], ['w2e_env__tzset_js.block', 'caller'], ['zone', 'lock'],
  ['next_protocol', 'caller'], ['next_shell', 'caller'], ['w2e_env_getusershell.block', 'caller'],
  ['put_protocol.result', 'caller'], ['static_hostent.result', 'caller'],
  // emscripten/
  ['caught', 'thread'], ['caught_count', 'thread'], ['w2e_guest_state', 'thread'], ['uncaught', 'thread'],
  ['tasks', 'lock'], ['main_loop', 'lock'], ['last_id', 'lock'], ['states', 'lock'],
  ['w2e_env_emscripten_pc_get_function.block', 'caller'], ['name_at.state', 'same'], ['name_at.table', 'same'],
  // wasi/
  ['preopened.fd', 'lock'],
  // threads/
  ['w2e_thread', 'thread'], ['w2e_thread_stack_low', 'thread'], ['w2e_main_thread', 'lock'],
  ['noted', 'thread'], ['noted_count', 'thread'],
  ['running', 'lock'], ['left', 'lock'], ['unfreed', 'lock'], ['unfreed_count', 'lock'],
  ['owner', 'atomic'], ['depth', 'thread'], ['only_first_thread.never', 'atomic'],
]);
