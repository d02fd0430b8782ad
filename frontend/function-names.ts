// The name of a function by its index, read from the name section on first use.

export { functionName } from './name-section.js';
