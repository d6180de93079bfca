// Stands in for node-gyp-build in the bundles: that one looks for a native module wherever the environment, or whatever
// lies beside the executable, says there is one. The product loads the one that was built into it.
const { join } = require('node:path');

/** @param {string} root the folder above the bundle's own */
module.exports = (root) =>
  require(join(root, 'native', `${process.platform}-${process.arch}`, 'sqlcipher.node'));
