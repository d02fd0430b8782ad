// The functions of Emscripten's JavaScript libraries, which a module may import: those that the runtime provides, and the others,
// each with the reason. From versions 3.1.6 (`a`), 3.1.69 (`b`) and 6.0.9 (`c`). A line is a name, its types as letters of Emscripten
// (`v` none, `i` i32, `j` i64, `f` f32, `d` f64; several where they changed, `?` where they are not written down) and the versions
// that have it. Where Emscripten's own letters contradict its C declarations, these count.

import { signatureTypes } from './signature.js';

/** Why an import is not provided, as errors say it. */
export const reasons = {
  program: 'JavaScript of the program (EM_ASM)',
  values: 'JavaScript values (embind)',
  webgl: 'WebGL or WebGPU',
  audio: 'audio',
  browser: "a browser's page, events and windows",
  network: "a browser's network and databases (fetch, WebSocket, IndexedDB)",
  promises: 'JavaScript promises',
  asyncify: 'fibers and Asyncify',
  threads: "Emscripten's threads and workers",
  dynamic: 'dynamic linking',
  wasmfs: 'file systems of WASMFS in JavaScript',
  math: "JavaScript's Math (emscripten/em_math.h)",
  tracing: 'traces for a server (emscripten/trace.h)',
  inner: "an inner part of Emscripten's JavaScript",
  environment: "the environment is in the module's own libc: link its clearenv, as sdk/w2e-cc does",
} as const;
export type Reason = keyof typeof reasons;

/** Names that tell the reason. */
const families: readonly (readonly [pattern: RegExp, reason: Reason])[] = [
  [/^(emscripten_)?gl[A-Z]\w*$/, 'webgl'],
  [/^(egl|glfw|glut|glew|wgpu)[A-Z]\w*$/, 'webgl'],
  [/^emscripten_(webgl|webgpu)_\w+$|^emscripten_supports_offscreencanvas$/, 'webgl'],
  [
    /^(al|alc)[A-Z]\w*$|^emscripten_alc?[A-Z]\w*$|^Mix_\w+$|^emscripten_(audio|create_audio|create_wasm_audio|destroy_audio|destroy_web_audio|resume_audio|start_wasm_audio)\w*$/,
    'audio',
  ],
  [
    /^(SDL|IMG|TTF|GFX)_\w+$|^X(OpenDisplay|CreateWindow|ChangeWindowAttributes|SetWMHints|MapWindow|StoreName|InternAtom|SendEvent|Pending)$|^(zoom|rotozoom)Surface\w*$|^(box|rectangle|line|ellipse|pixel)(Color|RGBA)$|^filledEllipse\w*$/,
    'browser',
  ],
  [/^_(embind|emval)_\w+$/, 'values'],
  [/^emscripten_(asm_const|run_script|throw)_\w+$/, 'program'],
  [/^emscripten_(websocket|fetch|idb)_\w+$|^emscripten_(async_)?wget\w*$|^_emscripten_fetch\w*$|^emscripten_set_socket_\w+$/, 'network'],
  [/^emscripten_promise_\w+$|^emscripten_atomic_(wait_async|cancel_)\w*$|^_emscripten_atomic_wait_promise$/, 'promises'],
  [/^emscripten_fiber_\w+$|^emscripten_(scan_registers|lazy_load_code)$|^_load_secondary_module$/, 'asyncify'],
  [/^_wasmfs_(jsimpl|node|opfs|create)_\w+$/, 'wasmfs'],
  [/^emscripten_trace_\w+$/, 'tracing'],
  [/^emscripten_math_(?!random$)\w+$/, 'math'],
  [/^emscripten_(wasm_worker|lock_async|semaphore_async)_\w+$|^emscripten_terminate_\w*wasm_workers?$/, 'threads'],
  [/^clearenv$/, 'environment'],
];

const providedFunctions = `
_Unwind_Backtrace iii abc
_Unwind_DeleteException vi abc
_Unwind_FindEnclosingFunction ii abc
_Unwind_GetIPInfo iii abc
_Unwind_RaiseException ii abc
__asctime_r iii abc
__assert_fail viiii abc
__call_sighandler vii abc
__clock_gettime iii a
__cxa_allocate_exception ii a
__cxa_begin_catch ii abc
__cxa_call_unexpected vi abc
__cxa_current_exception_type i c
__cxa_current_primary_exception i abc
__cxa_decrement_exception_refcount vi a
__cxa_end_catch v abc
__cxa_free_exception vi a
__cxa_get_exception_ptr ii a
__cxa_increment_exception_refcount vi a
__cxa_rethrow v abc
__cxa_rethrow_primary_exception vi abc
__cxa_throw viii abc
__cxa_uncaught_exceptions i abc
__emscripten_init_main_thread_js vi a
__emscripten_thread_cleanup vi a
__handle_stack_overflow vi abc
__pthread_create_js iiiii abc
__resumeException vi abc
__syscall__newselect iiiiii ab
__syscall_accept4 iiiiiii abc
__syscall_bind iiiiiii abc
__syscall_chdir ii abc
__syscall_chmod iii abc
__syscall_chown32 iiii a
__syscall_connect iiiiiii abc
__syscall_dup ii abc
__syscall_dup3 iiii abc
__syscall_epoll_create1 ii c
__syscall_epoll_ctl iiiii c
__syscall_epoll_pwait iiiiiii c
__syscall_epoll_pwait_nonblocking iiii c
__syscall_faccessat iiiii abc
__syscall_fadvise64 iijji bc
__syscall_fadvise64_64 iiiiiii a
__syscall_fallocate iiijj abc
__syscall_fchdir ii abc
__syscall_fchmod iii abc
__syscall_fchmodat iiiii a
__syscall_fchmodat2 iiiii bc
__syscall_fchown32 iiii abc
__syscall_fchownat iiiiii abc
__syscall_fcntl64 iiii abc
__syscall_fdatasync ii abc
__syscall_fstat64 iii abc
__syscall_fstatat64 iiiii a
__syscall_fstatfs64 iiii abc
__syscall_ftruncate64 iij abc
__syscall_getcwd iii abc
__syscall_getdents64 iiii abc
__syscall_getegid32 i ac
__syscall_geteuid32 i ac
__syscall_getgid32 i ac
__syscall_getpeername iiiiiii abc
__syscall_getsockname iiiiiii abc
__syscall_getsockopt iiiiiii abc
__syscall_getuid32 i ac
__syscall_ioctl iiii abc
__syscall_lchown32 iiii a
__syscall_linkat iiiiii ac
__syscall_listen iiiiiii abc
__syscall_lstat64 iii abc
__syscall_mkdir iii a
__syscall_mkdirat iiii abc
__syscall_mknod iiii a
__syscall_mknodat iiiii abc
__syscall_newfstatat iiiii bc
__syscall_open iiii a
__syscall_openat iiiii abc
__syscall_pipe ii ab
__syscall_pipe2 iii c
__syscall_poll iiii abc
__syscall_poll_nonblocking iii c
__syscall_readlink iiii a
__syscall_readlinkat iiiii abc
__syscall_recvfrom iiiiiii abc
__syscall_recvmsg iiiiiii abc
__syscall_rename iii a
__syscall_renameat iiiii abc
__syscall_rmdir ii abc
__syscall_sendmsg iiiiiii abc
__syscall_sendto iiiiiii abc
__syscall_setsockopt iiiiiii c
__syscall_shutdown iiiiiii abc
__syscall_socket iiiiiii abc
__syscall_stat64 iii abc
__syscall_statfs64 iiii abc
__syscall_symlink iii ab
__syscall_symlinkat iiii abc
__syscall_truncate64 iij abc
__syscall_umask ii c
__syscall_unlink ii a
__syscall_unlinkat iiii abc
__syscall_utimensat iiiii abc
_abort_js v bc
_dlopen_js ii abc
_dlsym_js iii|iiii abc
_emscripten_dlopen_js viii|viiii abc
_emscripten_err vi a
_emscripten_fs_load_embedded_files vi bc
_emscripten_get_now_is_monotonic i bc
_emscripten_get_progname vii abc
_emscripten_init_main_thread_js vi bc
_emscripten_log_formatted vii c
_emscripten_lookup_name ii bc
_emscripten_memcpy_js viii b
_emscripten_notify_mailbox_postmessage vii bc
_emscripten_notify_proxying_queue iiiii a
_emscripten_notify_thread_queue iii a
_emscripten_out vi a
_emscripten_receive_on_main_thread_js diiiii|diiiiiii bc
_emscripten_runtime_keepalive_clear v bc
_emscripten_sanitizer_get_option ii bc
_emscripten_sanitizer_use_colors i bc
_emscripten_system ii bc
_emscripten_thread_cleanup vi bc
_emscripten_thread_exit_joinable vi bc
_emscripten_thread_mailbox_await vi bc
_emscripten_thread_set_strongref vi bc
_emscripten_throw_longjmp v abc
_gmtime_js vji|iji abc
_localtime_js vji|iji abc
_mktime_js ii|ji abc
_mmap_js iiiiijii abc
_msync_js iiiiiij abc
_munmap_js iiiiiij abc
_setitimer_js iid bc
_timegm_js ii|ji abc
_tzset_js viii|viiii abc
_wasmfs_copy_preloaded_file_data vii abc
_wasmfs_get_num_preloaded_dirs i abc
_wasmfs_get_num_preloaded_files i abc
_wasmfs_get_preloaded_child_path vii abc
_wasmfs_get_preloaded_file_mode ii abc
_wasmfs_get_preloaded_file_size ii abc
_wasmfs_get_preloaded_parent_path vii abc
_wasmfs_get_preloaded_path_name vii abc
_wasmfs_stdin_get_char i bc
abort v a
alarm ii a
alignfault v abc
args_get iii abc
args_sizes_get iii abc
clock i a
clock_getres iii a
clock_gettime iii a
clock_res_get iii abc
clock_time_get iiiii|iiji abc
difftime dii a
dysize ii a
emscripten_async_call viii abc
emscripten_atomics_is_lock_free ii bc
emscripten_cancel_main_loop v abc
emscripten_check_blocking_allowed v abc
emscripten_clear_immediate vi abc
emscripten_clear_interval vi abc
emscripten_clear_timeout vi abc
emscripten_console_error vi abc
emscripten_console_log vi abc
emscripten_console_trace vi bc
emscripten_console_warn vi abc
emscripten_date_now d abc
emscripten_dbg vi bc
emscripten_dbg_backtrace vi bc
emscripten_dbgn vii bc
emscripten_err vi bc
emscripten_errn vii bc
emscripten_exit_with_live_runtime v abc
emscripten_force_exit vi abc
emscripten_get_callstack iiii abc
emscripten_get_heap_max i abc
emscripten_get_main_loop_timing vii abc
emscripten_get_module_name iii a
emscripten_get_now d abc
emscripten_get_now_is_monotonic i a
emscripten_get_now_res d abc
emscripten_has_asyncify i abc
emscripten_has_threading_support i abc
emscripten_log viii ab
emscripten_math_random d abc
emscripten_memcpy_big iiii|viii a
emscripten_notify_memory_growth vi abc
emscripten_num_logical_cores i abc
emscripten_out vi bc
emscripten_outn vii bc
emscripten_pause_main_loop v abc
emscripten_pc_get_column ii abc
emscripten_pc_get_file ii abc
emscripten_pc_get_function ii abc
emscripten_pc_get_line ii abc
emscripten_performance_now d abc
emscripten_print_double idii abc
emscripten_random f abc
emscripten_resize_heap ii abc
emscripten_resume_main_loop v abc
emscripten_return_address ii abc
emscripten_runtime_keepalive_check i bc
emscripten_runtime_keepalive_pop v bc
emscripten_runtime_keepalive_push v bc
emscripten_set_canvas_element_size iiii abc
emscripten_set_immediate iii abc
emscripten_set_immediate_loop vii abc
emscripten_set_interval iidi abc
emscripten_set_main_loop viii abc
emscripten_set_main_loop_arg viiii abc
emscripten_set_main_loop_timing iii abc
emscripten_set_timeout iidi abc
emscripten_set_timeout_loop vidi abc
emscripten_sleep vi abc
emscripten_stack_snapshot i abc
emscripten_stack_unwind_buffer iiii abc
emscripten_unwind_to_js_event_loop v abc
emscripten_webgl_create_context iii abc
endprotoent v abc
environ_get iii abc
environ_sizes_get iii abc
exit vi abc
fd_close ii abc
fd_fdstat_get iii abc
fd_fdstat_set_flags iii bc
fd_filestat_get iii bc
fd_pread iiiiji abc
fd_prestat_dir_name iiii bc
fd_prestat_get iii bc
fd_pwrite iiiiji abc
fd_read iiiii abc
fd_seek iijii abc
fd_sync ii abc
fd_write iiiii abc
ftime ii a
getTempRet0 i abc
getaddrinfo iiiii abc
getentropy iii ab
gethostbyaddr iiii a
gethostbyname ii a
gethostbyname_r iiiiiii a
getloadavg iii a
getnameinfo iiiiiiii abc
getprotobyname ii abc
getprotobynumber ii abc
getprotoent i abc
gettimeofday iii a
llvm_eh_typeid_for ii abc
path_open iiiiiijjii bc
proc_exit vi abc
pthread_kill iii a
random_get iii bc
sched_yield i bc
segfault v abc
setTempRet0 vi abc
setprotoent vi abc
strftime iiiii a
strftime_l iiiiii a
strptime iiii abc
strptime_l iiiii abc
system ii a
time ii a
timespec_get iii a
uuid_clear vi abc
uuid_compare iii abc
uuid_copy vii abc
uuid_generate vi abc
uuid_is_null ii abc
uuid_parse iii abc
uuid_type ii abc
uuid_unparse vii abc
uuid_unparse_lower vii abc
uuid_unparse_upper vii abc
uuid_variant ii abc
`;

// biome-ignore format: a row is a line
const absentFunctions: readonly (readonly [reason: Reason, table: string])[] = [
  ['audio', `
emscripten_current_thread_is_audio_worklet i bc
`],
  ['browser', `
JSEvents_requestFullscreen ? a
JSEvents_resizeCanvasForFullscreen ? a
_emscripten_get_last_devicemotion_event i c
_emscripten_get_last_deviceorientation_event i c
_emscripten_get_last_mouse_event i c
_emscripten_proxied_gl_context_activated_from_main_browser_thread ? abc
_emscripten_push_main_loop_blocker viii abc
_emscripten_push_uncounted_main_loop_blocker viii abc
_emscripten_set_offscreencanvas_size iiii b
_emscripten_webgl_power_preferences ? a
_registerWebGlEventCallback ? a
emscripten_SDL_SetEventHandler vii abc
emscripten_async_load_script viii abc
emscripten_async_run_script vii abc
emscripten_call_worker viiiiii abc
emscripten_cancel_animation_frame vi abc
emscripten_create_worker ii abc
emscripten_destroy_worker vi abc
emscripten_enter_soft_fullscreen iii abc
emscripten_exit_fullscreen i abc
emscripten_exit_pointerlock i abc
emscripten_exit_soft_fullscreen i abc
emscripten_get_battery_status ii abc
emscripten_get_canvas_element_size iiii abc
emscripten_get_canvas_element_size_calling_thread ? a
emscripten_get_canvas_element_size_main_thread iiii a
emscripten_get_canvas_size viii abc
emscripten_get_device_pixel_ratio d abc
emscripten_get_devicemotion_status ii ab
emscripten_get_deviceorientation_status ii ab
emscripten_get_element_css_size iiii abc
emscripten_get_fullscreen_status ii abc
emscripten_get_gamepad_status iii abc
emscripten_get_mouse_status ii ab
emscripten_get_num_gamepads i abc
emscripten_get_orientation_status ii abc
emscripten_get_pointerlock_status ii abc
emscripten_get_preloaded_image_data iiii abc
emscripten_get_preloaded_image_data_from_FILE iiii abc
emscripten_get_screen_size vii abc
emscripten_get_visibility_status ii abc
emscripten_get_window_title iv|i abc
emscripten_get_worker_queue_size i|ii abc
emscripten_hide_mouse v abc
emscripten_html5_remove_all_event_listeners v abc
emscripten_html5_remove_event_listener iiiii c
emscripten_is_webgl_context_lost ii abc
emscripten_lock_orientation ii abc
emscripten_request_animation_frame iii abc
emscripten_request_animation_frame_loop vii abc
emscripten_request_fullscreen iii abc
emscripten_request_fullscreen_strategy iiii abc
emscripten_request_pointerlock iii abc
emscripten_run_preload_plugins iiii abc
emscripten_run_preload_plugins_data viiiiii abc
emscripten_sample_gamepad_data i abc
emscripten_set_batterychargingchange_callback_on_thread iii|iiii abc
emscripten_set_batterylevelchange_callback_on_thread iii|iiii abc
emscripten_set_beforeunload_callback_on_thread iii|iiii abc
emscripten_set_blur_callback_on_thread iiiiii abc
emscripten_set_canvas_element_size_calling_thread ? a
emscripten_set_canvas_element_size_main_thread iiii a
emscripten_set_canvas_size vii abc
emscripten_set_click_callback_on_thread iiiiii abc
emscripten_set_contextmenu_callback_on_thread iiiiii c
emscripten_set_dblclick_callback_on_thread iiiiii abc
emscripten_set_devicemotion_callback_on_thread iiiii abc
emscripten_set_deviceorientation_callback_on_thread iiiii abc
emscripten_set_element_css_size iiii|iidd abc
emscripten_set_focus_callback_on_thread iiiiii abc
emscripten_set_focusin_callback_on_thread iiiiii abc
emscripten_set_focusout_callback_on_thread iiiiii abc
emscripten_set_fullscreenchange_callback_on_thread iiiiii abc
emscripten_set_gamepadconnected_callback_on_thread iiiii abc
emscripten_set_gamepaddisconnected_callback_on_thread iiiii abc
emscripten_set_keydown_callback_on_thread iiiiii abc
emscripten_set_keypress_callback_on_thread iiiiii abc
emscripten_set_keyup_callback_on_thread iiiiii abc
emscripten_set_main_loop_expected_blockers vi abc
emscripten_set_mousedown_callback_on_thread iiiiii abc
emscripten_set_mouseenter_callback_on_thread iiiiii abc
emscripten_set_mouseleave_callback_on_thread iiiiii abc
emscripten_set_mousemove_callback_on_thread iiiiii abc
emscripten_set_mouseout_callback_on_thread iiiiii abc
emscripten_set_mouseover_callback_on_thread iiiiii abc
emscripten_set_mouseup_callback_on_thread iiiiii abc
emscripten_set_offscreencanvas_size_on_target_thread ? a
emscripten_set_offscreencanvas_size_on_target_thread_js ? a
emscripten_set_orientationchange_callback_on_thread iiiii abc
emscripten_set_pointerlockchange_callback_on_thread iiiiii abc
emscripten_set_pointerlockerror_callback_on_thread iiiiii abc
emscripten_set_resize_callback_on_thread iiiiii abc
emscripten_set_scroll_callback_on_thread iiiiii abc
emscripten_set_touchcancel_callback_on_thread iiiiii abc
emscripten_set_touchend_callback_on_thread iiiiii abc
emscripten_set_touchmove_callback_on_thread iiiiii abc
emscripten_set_touchstart_callback_on_thread iiiiii abc
emscripten_set_visibilitychange_callback_on_thread iiiii abc
emscripten_set_webglcontextlost_callback_on_thread iiiiii abc
emscripten_set_webglcontextrestored_callback_on_thread iiiiii abc
emscripten_set_wheel_callback_on_thread iiiiii abc
emscripten_set_window_title vi abc
emscripten_unlock_orientation i abc
emscripten_vibrate ii abc
emscripten_vibrate_pattern iii abc
emscripten_worker_respond vii abc
emscripten_worker_respond_provisionally vii abc
registerPreMainLoop ? bc
`],
  ['dynamic', `
_dlsym_catchup_js iii bc
_emscripten_dlsync_threads v bc
_emscripten_dlsync_threads_async viii b
`],
  ['inner', `
_Unwind_Resume ? c
emscripten_get_compiler_setting ii abc
emscripten_memprof_sbrk_grow ? ab
`],
  ['network', `
emscripten_start_fetch vi abc
`],
  ['program', `
emscripten_debugger v abc
emscripten_run_script vi abc
`],
  ['threads', `
__do_set_thread_state v c
_emscripten_create_wasm_worker iii|iiiii bc
_wasmfs_thread_utils_heartbeat vi bc
emscripten_current_thread_is_wasm_worker i b
emscripten_is_main_browser_thread ? abc
emscripten_navigator_hardware_concurrency i bc
emscripten_terminate_wasm_worker vi bc
`],
  ['values', `
__throw_exception_with_stack_trace ? bc
embind_repr ? a
emscripten_get_exported_function ii abc
`],
  ['webgl', `
_colorChannelsInGlTextureFormat ? a
_glGenObject vii a
_glGetActiveAttribOrUniform ? a
_miniTempWebGLIntBuffers ? a
_webgl_enable_ANGLE_instanced_arrays ? a
_webgl_enable_OES_vertex_array_object ? a
_webgl_enable_WEBGL_draw_buffers ? a
_webgl_enable_WEBGL_draw_instanced_base_vertex_base_instance ? a
_webgl_enable_WEBGL_multi_draw ? a
_webgl_enable_WEBGL_multi_draw_instanced_base_vertex_base_instance ? a
emulGlBindVertexArray vi a
emulGlDeleteVertexArrays vii a
emulGlGenVertexArrays vii a
emulGlIsVertexArray vi a
gluLookAt vddddddddd abc
gluOrtho2D vdddd abc
gluPerspective vdddd abc
gluProject idddiiiiii abc
gluUnProject idddiiiiii abc
`],
];

/** A function of the libraries. */
export interface LibraryFunction {
  readonly name: string;
  /** As in imports.ts. */
  readonly signatures: readonly string[];
  /** Versions, as letters. */
  readonly versions: string;
}

const letterTypes: Readonly<Record<string, string>> = { i: 'i32', j: 'i64', f: 'f32', d: 'f64' };

function signatureOf(letters: string): string {
  const types = (text: string): string[] => [...text].map((letter) => letterTypes[letter] ?? '');
  return [...types(letters.slice(1)), '->', ...(letters.startsWith('v') ? [] : types(letters.slice(0, 1)))].join(' ');
}

function parse(table: string): LibraryFunction[] {
  return table
    .trim()
    .split('\n')
    .map((line) => {
      const [name = '', types = '', versions = ''] = line.split(' ');
      return { name, signatures: types === '?' ? [] : types.split('|').map(signatureOf), versions };
    });
}

/** Those that the runtime provides. */
export const provided: readonly LibraryFunction[] = parse(providedFunctions);

/** Those that it does not, but for families. */
export const absent: readonly (LibraryFunction & { readonly reason: Reason })[] = absentFunctions.flatMap(([reason, table]) =>
  parse(table).map((each) => ({ ...each, reason })),
);

const providedNames = new Set(provided.map(({ name }) => name));
const reasonByName = new Map(absent.map(({ name, reason }) => [name, reason]));

/** Why nobody provides an import of this name, if there is a reason for it. */
export function reasonAgainst(module: string, name: string): Reason | undefined {
  if (module !== 'env' || providedNames.has(name)) return undefined;
  return reasonByName.get(name) ?? families.find(([pattern]) => pattern.test(name))?.[1];
}

/** A signature as Emscripten passes it where JavaScript has no 64-bit integers: each in two halves. */
export function splitSignature(signature: string): string {
  const { params, results } = signatureTypes(signature);
  const halves = (types: readonly string[], of: readonly string[]): string[] => types.flatMap((type) => (type === 'i64' ? of : [type]));
  return [...halves(params, ['i32', 'i32']), '->', ...halves(results, ['i32'])].join(' ');
}
