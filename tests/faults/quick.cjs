// Loaded into provider processes of a campaign, before anything else (NODE_OPTIONS): the intervals of a Setup operation in
// fractions of a second, so that what takes minutes among people takes seconds here. Nothing else is changed.
const { resolve } = require("node:path");

const { isMainThread } = require("node:worker_threads");
if (isMainThread && process.argv[1]?.includes("dynamic-provider")) {
  const { defaultTiming } = require(
    resolve(__dirname, "..", "..", "dist", "host", "operation", "options.js"),
  );
  Object.assign(defaultTiming, JSON.parse(process.env.EXCHANGE_FAULTS_TIMING));
}
