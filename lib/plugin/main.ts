#!/usr/bin/env node
/** Entry of the resource plugin `pulumi-resource-exchange-upgrade`: the engine gives its address, and reads the port. */
import { engineGone } from "../wire/engine";
import { hostAsPlugin } from "../wire/hosting";

hostAsPlugin();
// Now, and not with the first call: the process that only tells the schema gets none, and would outlive a killed engine.
engineGone();

// Loaded after that: what they load decides by it what it is.
const pulumi = require("@pulumi/pulumi") as typeof import("@pulumi/pulumi");
const { standInFront } = require("./requests") as typeof import("./requests");
const { provider } = require("./provider") as typeof import("./provider");

standInFront();
void pulumi.provider.main(provider, process.argv.slice(2));
