// Tests run on what tsc built (dist/), so const enums are inlined in tests exactly as in the product.
export default {
  testEnvironment: '<rootDir>/scripts/test-environment.mjs',
  rootDir: '.',
  roots: ['<rootDir>/dist'],
  testMatch: ['**/*.test.js'],
  transform: {},
  testTimeout: 120_000,
};
