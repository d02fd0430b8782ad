// frontend-host.mjs ours|v8 MODULE RUNS: decodes and validates a module several times in one process and prints the
// times of each run as JSON, in ns: CPU of all threads, and wall. The first run is cold: nothing was compiled before.
import { readFileSync } from 'node:fs';

async function subject(who, bytes) {
  if (who === 'v8') return () => WebAssembly.validate(bytes);
  const { decodeModule } = await import('../../dist/frontend/decode-module.js');
  const { scanModule } = await import('../../dist/frontend/scan-module.js');
  return () => {
    scanModule(decodeModule(bytes));
    return true;
  };
}

const [who, file, runs] = process.argv.slice(2);
const bytes = new Uint8Array(readFileSync(file));
const validate = await subject(who, bytes);
const times = [];
for (let run = 0; run < Number(runs); run++) {
  const before = process.cpuUsage();
  const start = performance.now();
  if (!validate()) throw new Error(`${who} rejects ${file}`);
  const wall = performance.now() - start;
  const { user, system } = process.cpuUsage(before);
  times.push({ cpu: (user + system) * 1e3, wall: wall * 1e6 });
}
process.stdout.write(JSON.stringify(times));
