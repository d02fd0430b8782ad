// A worker thread: decodes the modules once, then compiles the partitions that it is sent, one at a time.

import { parentPort, workerData } from 'node:worker_threads';
import { decodeModule } from '../frontend/decode-module.js';
import { compilePartition } from './partition.js';
import type { WorkerSetup } from './pool.js';

const setup = workerData as WorkerSetup;
const instances = setup.instances.map(({ start, end, features, ...bodies }) => ({
  ...bodies,
  module: decodeModule(setup.bytes.subarray(start, end), { features }),
}));

parentPort!.on('message', (partition: number) => {
  try {
    parentPort!.postMessage({ partition, compiled: compilePartition(instances, setup.plan, setup.target, partition, setup.options) });
  } catch (error) {
    parentPort!.postMessage({ partition, error });
  }
});
