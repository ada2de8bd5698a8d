#!/usr/bin/env bash
# Closures of @pulumi/pulumi 3.248.0 (runtime.serializeFunction, which also writes the provider of a dynamic resource into the
# state), and a function that makes an instance of a class of its own module.
#
# Expected: the class works as it does in the program, or serializing it is refused, as it is for much else that cannot be kept.
# Seen:     a field with an initial value is not there, and a class that extends another and has no constructor of its own does
#           not hand on its arguments: both without an error, as `undefined` in the provider only. A private field (#port) is
#           not refused either; the text that is written does not load, with a SyntaxError. The same class with its fields set
#           in a constructor works.
# Who meets it: a dynamic provider that is written with classes in today's style (JavaScript, or TypeScript whose target is
#           ES2022). What create then uses is undefined. A provider that only calls require("a-package") is safe.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --ignore-scripts --no-audit --no-fund @pulumi/pulumi@3.248.0

cat >classes.cjs <<'JS'
const { runtime } = require("@pulumi/pulumi");

class SetInConstructor {
  constructor() {
    this.port = 636;
  }
}
class Field {
  port = 636;
}
class Server {
  constructor(port) {
    this.port = port;
  }
}
class Extended extends Server {}
class PrivateField {
  #port = 636;
  get port() {
    return this.#port;
  }
}
const cases = {
  "set in the constructor": () => new SetInConstructor().port,
  "a field with an initial value": () => new Field().port,
  "extends, without a constructor": () => new Extended(636).port,
  "a private field": () => new PrivateField().port,
};
const answer = (body) => {
  try {
    return body();
  } catch (error) {
    return `${error.name}, ${error.message}`;
  }
};
(async () => {
  for (const [name, body] of Object.entries(cases)) {
    const { text } = await runtime.serializeFunction(body);
    const loaded = {};
    const seen = answer(() => {
      new Function("exports", text)(loaded);
      return loaded.handler();
    });
    console.log(`${name}: in the program ${body()}, serialized ${seen}`);
  }
})();
JS
node classes.cjs | tee seen
diff seen - <<'SEEN' || { echo "this has changed"; exit 1; }
set in the constructor: in the program 636, serialized 636
a field with an initial value: in the program 636, serialized undefined
extends, without a constructor: in the program 636, serialized undefined
a private field: in the program 636, serialized SyntaxError, Private field '#port' must be declared in an enclosing class
SEEN
