// A worker thread: decodes the module once, then compiles the partitions that it is sent, one at a time.

import { parentPort, workerData } from 'node:worker_threads';
import { decodeModule } from '../frontend/decode-module.js';
import { compilePartition } from './partition.js';
import type { WorkerSetup } from './pool.js';

const setup = workerData as WorkerSetup;
const module = decodeModule(setup.bytes, { features: setup.features });

parentPort!.on('message', (partition: number) => {
  try {
    parentPort!.postMessage({ partition, compiled: compilePartition(module, setup.plan, setup.target, partition, setup.options) });
  } catch (error) {
    parentPort!.postMessage({ partition, error });
  }
});
