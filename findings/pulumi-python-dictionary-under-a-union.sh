#!/usr/bin/env bash
# pulumi 3.248.0 (PyPI): arguments of a resource that are given as dictionaries, with keys in Python's spelling.
#
# Expected: `host_key` in a dictionary becomes `hostKey` on its way to the provider wherever the argument's type says so, as it does
#           with a class. The SDK's generated types offer both forms side by side.
# Seen:     it does, also in dictionaries within dictionaries, but not where the argument may also be something else, such as a word.
#           There the SDK takes the dictionary for plain data, with all that is in it: the provider gets `host_key`. Nothing is said,
#           neither by the SDK nor by a type checker, and a provider that ignores what it does not know goes on without the argument.
# Who meets it: whoever writes programs in Python with dictionaries, against a schema that has a `oneOf` of an object and a string.
#           The class of the argument is translated there, too.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check pulumi==3.248.0

cat >try.py <<'PY'
import asyncio
from typing import Union

import pulumi
from pulumi.runtime.rpc import serialize_properties


@pulumi.input_type
class ConnectionArgs:
    def __init__(self, *, host_key: pulumi.Input[str]):
        pulumi.set(self, "host_key", host_key)

    @property
    @pulumi.getter(name="hostKey")
    def host_key(self) -> pulumi.Input[str]:
        return pulumi.get(self, "host_key")


@pulumi.input_type
class Args:
    def __init__(self, *, plain=None, or_word=None):
        pulumi.set(self, "plain", plain)
        pulumi.set(self, "or_word", or_word)

    @property
    @pulumi.getter
    def plain(self) -> pulumi.Input[ConnectionArgs]:
        return pulumi.get(self, "plain")

    @property
    @pulumi.getter(name="orWord")
    def or_word(self) -> pulumi.Input[Union[ConnectionArgs, str]]:
        return pulumi.get(self, "or_word")


async def main():
    for name, value in (
        ("a dictionary", {"host_key": "key"}),
        ("a class", ConnectionArgs(host_key="key")),
    ):
        sent = await serialize_properties({"plain": value, "or_word": value}, {}, typ=Args)
        print(f"{name}: plain {list(sent['plain'])[0]}, or a word {list(sent['orWord'])[0]}")


asyncio.run(main())
PY
seen="$(venv/bin/python try.py)"
echo "$seen"
expected="a dictionary: plain hostKey, or a word host_key
a class: plain hostKey, or a word hostKey"
[ "$seen" = "$expected" ] || { printf 'This has changed: it was:\n%s\n' "$expected"; exit 1; }
