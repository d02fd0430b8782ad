// Host name look-ups against a server of the test's own, in a network and mount namespace where it has port 53 and
// /etc/resolv.conf and /etc/hosts are the test's. Nothing outside the namespace changes.

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Answered } from './dns-server.js';
import { cleanUpAfterAll, describeTargets } from '../../fixtures/harness.js';
import { buildModule, canBuildModule, run } from './tools.js';

cleanUpAfterAll();

const script = 'ip link set lo up && mount --bind "$1" /etc/resolv.conf && mount --bind "$2" /etc/hosts && shift 2 && exec "$@"';
const isolated = (args: readonly string[]): ReturnType<typeof run> => run('unshare', ['-mn', 'sh', '-c', script, 'sh', ...args]);

const folder = mkdtempSync(join(tmpdir(), 'w2e-dns-'));
afterAll(() => rmSync(folder, { recursive: true }));

function canIsolate(): boolean {
  if (!canBuildModule || process.getuid?.() !== 0 || !existsSync('/etc/resolv.conf') || !existsSync('/etc/hosts')) return false;
  const empty = join(folder, 'empty');
  writeFileSync(empty, '');
  return isolated([empty, empty, 'true']).status === 0;
}

if (!canIsolate()) test.skip('skipped: the DNS tests need root (unshare), iproute2, clang and lld', () => undefined);
else
  describeTargets('host names', (target) => {
    const program = join(folder, `module-${target.arch}`);
    const server = fileURLToPath(new URL('dns-server.js', import.meta.url));
    const hosts = join(folder, 'hosts');

    /** Runs look-ups (name, service, optional mode of module.c's check_names) under a resolv.conf. */
    function look(configuration: string, ...commands: readonly (readonly string[])[]): Answered[] {
      const file = join(folder, 'resolv.conf');
      writeFileSync(file, configuration);
      const finished = isolated([file, hosts, process.execPath, server, program, JSON.stringify(commands.map((args) => ['names', ...args]))]);
      expect(finished.stderr).toBe('');
      return JSON.parse(finished.stdout) as Answered[];
    }

    function outputs(configuration: string, ...commands: readonly (readonly string[])[]): string[] {
      return look(configuration, ...commands).map((each) => each.stdout);
    }

    const plain = 'nameserver 127.0.0.1\noptions timeout:1 attempts:2\n';

    beforeAll(() => {
      buildModule(program, [], target);
      writeFileSync(hosts, '127.0.0.1 localhost\n10.9.8.7 stored.test stored # alias\n::5 stored.test\n');
    });

    test('A and AAAA, by family', () => {
      const [both, four, six, one] = outputs(plain, ['host.test', '80'], ['host.test', '80', '4'], ['host.test', '80', '6'], ['only4.test', '80']);
      expect(both?.trimEnd().split('\n').sort()).toEqual(['192.0.2.1 80', '2001:db8::1 80']);
      expect(four).toBe('192.0.2.1 80\n');
      expect(six).toBe('2001:db8::1 80\n');
      expect(one).toBe('192.0.2.4 80\n192.0.2.5 80\n');
    });

    test('a chain of aliases; the canonical name', () => {
      expect(outputs(plain, ['alias.test', '80', '4'], ['alias.test', '1', 'c'])).toEqual(['192.0.2.1 80\n', expect.stringContaining('host.test\n')]);
    });

    test('truncated answers are asked for again by TCP', () => {
      const [large] = look(plain, ['large.test', '80', '4']);
      expect(large?.stdout.trimEnd().split('\n').sort()).toEqual(Array.from({ length: 40 }, (_unused, i) => `192.0.2.${i + 1} 80`).sort());
      expect(large?.questions).toEqual(['udp A large.test', 'tcp A large.test']);
    });

    test('no such name, no such address, failures', () => {
      expect(outputs(plain, ['missing.test', '1'], ['text.test', '1'], ['only4.test', '1', '6'])).toEqual(['-2\n', '-5\n', '-5\n']);
      expect(outputs(plain, ['failing.test', '1', '4'], ['refused.test', '1', '4'], ['cut.test', '1', '4'], ['loop.test', '1', '4'])).toEqual([
        '-3\n',
        '-4\n',
        '-4\n',
        '-5\n',
      ]);
    });

    test('search list and ndots', () => {
      const [short, absolute, dotted] = look(
        `${plain}search first.test second.test\noptions ndots:2\n`,
        ['short', '80', '4'],
        ['short.', '80', '4'],
        ['two.dots', '80', '4'],
      );
      expect(short).toMatchObject({ stdout: '192.0.2.9 80\n', questions: ['udp A short.first.test', 'udp A short.second.test'] });
      expect(absolute).toMatchObject({ stdout: '-2\n', questions: ['udp A short'] });
      expect(dotted).toMatchObject({ stdout: '192.0.2.10 80\n', questions: ['udp A two.dots.first.test'] });
      const [asIs] = look(`${plain}search first.test\n`, ['two.dots', '80', '4']);
      expect(asIs).toMatchObject({ stdout: '192.0.2.10 80\n', questions: ['udp A two.dots', 'udp A two.dots.first.test'] });
    });

    test('silence ends in a timeout, a lost question is repeated', () => {
      const [silent, late] = look(plain, ['silent.test', '1', '4'], ['late.test', '80', '4']);
      expect(silent).toMatchObject({ stdout: '-3\n', questions: ['udp A silent.test', 'udp A silent.test'] });
      expect(silent?.milliseconds).toBeGreaterThan(1900);
      expect(silent?.milliseconds).toBeLessThan(6000);
      expect(late).toMatchObject({ stdout: '192.0.2.11 80\n', questions: ['udp A late.test', 'udp A late.test'] });
    }, 20_000);

    test('both families share the time of a silent server', () => {
      const [silent] = look(plain, ['silent.test', '1']);
      expect(silent?.stdout).toBe('-3\n');
      expect(silent?.milliseconds).toBeLessThan(3500);
    }, 20_000);

    test('answers with another id are ignored', () => {
      expect(outputs(plain, ['forged.test', '80', '4'])).toEqual(['192.0.2.12 80\n']);
    });

    test('the next server is asked if one does not listen', () => {
      expect(outputs(`nameserver 127.0.0.9\n${plain}`, ['host.test', '80', '4'])).toEqual(['192.0.2.1 80\n']);
    });

    test('the hosts file goes first', () => {
      const [name, alias] = look(plain, ['stored.test', '80', '4'], ['stored', '80', '4']);
      expect(name).toMatchObject({ stdout: '10.9.8.7 80\n', questions: [] });
      expect(alias).toMatchObject({ stdout: '10.9.8.7 80\n', questions: [] });
    });

    test('names of addresses', () => {
      expect(outputs(plain, ['192.0.2.1', '80', 'n'], ['10.9.8.7', '80', 'n'], ['192.0.2.77', '80', 'n'])).toEqual([
        'host.test 80\n',
        'stored.test 80\n',
        '192.0.2.77 80\n',
      ]);
    });
  });
