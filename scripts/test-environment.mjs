// What jest runs a test file in: Node's environment, with the names of ECMAScript's own objects declared as constants. A name that
// is not declared is looked up in the global object of a context through Node, which V8 cannot cache: code that calls Math.imul in
// a loop would take twenty times as long as in the product.

import { createContext, runInContext } from 'node:vm';
import { TestEnvironment as NodeEnvironment } from 'jest-environment-node';

const properties = runInContext('Object.getOwnPropertyDescriptors(globalThis)', createContext());
const names = Object.keys(properties).filter((name) => properties[name].configurable && name !== 'globalThis');

export default class TestEnvironment extends NodeEnvironment {
  async setup() {
    await super.setup();
    runInContext(`const { ${names.join(', ')} } = globalThis`, this.getVmContext());
  }
}
