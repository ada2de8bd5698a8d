#!/usr/bin/env node
/**
 * Entry of the resource plugin `pulumi-resource-exchange-upgrade`: the engine passes its address, and reads the port.
 */
import { engineGone } from "../wire/engine";
import { hostAsPlugin } from "../wire/hosting";

hostAsPlugin();
// Called now, and not with the first call: a process that only answers with the schema gets no call, and would outlive
// a killed engine.
engineGone();

// Loaded after that, since the modules behave according to it.
const pulumi = require("@pulumi/pulumi") as typeof import("@pulumi/pulumi");
const { standInFront } = require("./requests") as typeof import("./requests");
const { provider } = require("./provider") as typeof import("./provider");

standInFront();
void pulumi.provider.main(provider, process.argv.slice(2));
