// Jest's JSON result → the last line of `npm test`; exits with 1 unless every test that ran has passed.

import { readFileSync } from 'node:fs';

const [file, jestStatus] = process.argv.slice(2);
let counts = { passed: 0, failed: 1, skipped: 0 };
try {
  const result = JSON.parse(readFileSync(file, 'utf8'));
  counts = {
    passed: result.numPassedTests,
    // A test file that cannot be loaded has no failing test, but it has failed.
    failed: result.numFailedTests + result.numRuntimeErrorTestSuites,
    skipped: result.numPendingTests + result.numTodoTests,
  };
} catch (error) {
  console.error(`the tests left no result: ${error.message}`);
}
if (counts.failed === 0 && (jestStatus !== '0' || counts.passed === 0)) counts.failed = 1;
console.log(`${counts.passed} passed, ${counts.failed} failed${counts.skipped > 0 ? `, ${counts.skipped} skipped` : ''}`);
process.exit(counts.failed > 0 ? 1 : 0);
