// argv → exit status: the only place where errors become exit codes.

import { readFileSync } from 'node:fs';
import { diagnose, type MessageStyle, renderDiagnostic } from './diagnostics.js';
import { lldOptions, lldSpelling } from '../linker/lld-options.js';
import { outputError } from './temp-output.js';
import { helpText } from './help.js';
import { emitKinds, exitStatus, type ListingOption } from './option-table.js';
import { parseArguments, type Request } from './options.js';
import type { RunContext } from './driver.js';
import { Printed } from './printed.js';
import { findTarget, loadTarget, targetList } from './targets.js';
import type { Terminal } from './terminal.js';
import type { Toolchain } from './toolchain.js';

/** Version of this package. */
export function packageVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return /"version":\s*"([^"]+)"/.exec(text)?.[1] ?? 'unknown';
}

/** Run the program with the arguments behind its name; the exit status. Never throws. Tests bring their own stages. */
export async function main(args: readonly string[], terminal: Terminal, toolchain?: Toolchain): Promise<number> {
  const context: RunContext = { version: packageVersion() };
  let request: Request | undefined;
  try {
    request = await parseArguments(args);
    if (request.kind === 'run') {
      const { run } = await import('./driver.js');
      await run(request.options, toolchain ?? (await import('./toolchain.js')).realToolchain, terminal, context);
    } else printText(terminal, await informationText(request, terminal, context.version));
    return exitStatus.success;
  } catch (error) {
    context.functionName = await context.loadFunctionNames?.().catch(() => undefined);
    const diagnostic = diagnose(error, context);
    terminal.message(renderDiagnostic(diagnostic, messageStyle(args, request), terminal));
    return diagnostic.status;
  }
}

function printText(terminal: Terminal, text: string): void {
  try {
    terminal.output(Printed.lines(text));
  } catch (error) {
    throw outputError('<stdout>', error);
  }
}

async function informationText(request: Exclude<Request, { kind: 'run' }>, terminal: Terminal, version: string): Promise<string> {
  switch (request.kind) {
    case 'help':
      return helpText(terminal.columns);
    case 'completion':
      return (await import('./completion.js')).completionScript(request.shell);
    case 'list':
      return listing(request.option, request.target);
    case 'version': {
      const tools = await (await import('./tools.js')).toolVersions();
      const lines = tools.map(({ name, found, package: from }) => `${name.padEnd(8)} ${found ?? `not installed (Debian package ${from})`}\n`);
      return `wasm2elf ${version}\nNode.js  ${process.versions.node}\n${lines.join('')}targets:\n${targetList()}`;
    }
  }
}

/** What an option accepts, one name in each line. */
async function listing(option: ListingOption, target: string | undefined): Promise<string> {
  switch (option) {
    case 'target':
      return targetList();
    case 'enable':
    case 'disable':
      return (await import('./features.js')).featureList();
    case 'cpu':
      return (await import('./cpu-names.js')).cpuList(await loadTarget(findTarget(target)));
    case 'cpu-features':
      return (await import('./cpu-names.js')).cpuFeatureList(await loadTarget(findTarget(target)));
    case 'print-after':
      return (await import('./pass-names.js')).passList();
    case 'Wl':
      return lldOptions.map((row) => `${lldSpelling(row).padEnd(50)}${row.help}\n`).join('');
    case 'emit':
      return emitKinds.map(({ kind }) => `${kind}\n`).join('');
  }
}

/** How messages look; the arguments may be those that could not be parsed. */
function messageStyle(args: readonly string[], request: Request | undefined): MessageStyle {
  if (request?.kind === 'run') return request.options;
  return { diagnostics: args.includes('--diagnostics=json') ? 'json' : 'text', color: 'auto' };
}
