/** Starts the plugin. In the JavaScript of old versions of Node.js, which could not even parse provider.js. */
const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  // Pulumi shows what a plugin writes that ends at once.
  process.stderr.write(
    `exchange-upgrade needs Node.js 20.19 or later: the first on PATH, ${process.execPath}, is ${process.version}\n`,
  );
  process.exit(1);
}
require("./provider.js");
