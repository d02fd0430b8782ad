// All tables of commands.

import type { CommandTable } from './commands.js';
import { fcntl, klogctl, madvise, prctl, reboot } from './control-commands.js';
import { ioctl } from './ioctl.js';
import { families, getsockopt, netlinkProtocols, receivedControl, sentControl, setsockopt, socketTypes } from './sockets.js';

// biome-ignore format: a row is a line
export const commandTables: readonly CommandTable[] = [
  fcntl, getsockopt, ioctl, klogctl, madvise, prctl, reboot, receivedControl, sentControl, setsockopt, families, netlinkProtocols, socketTypes,
];
