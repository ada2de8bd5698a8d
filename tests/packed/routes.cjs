"use strict";

/**
 * What names and a network do for a user: connections to `name:port` go to where the lab listens for it, and to nowhere else than
 * loopback. Preloaded by NODE_OPTIONS; EXCHANGE_UPGRADE_TEST_ROUTES is a JSON object of ports on 127.0.0.1 by `name:port`.
 */
const net = require("node:net");

const routes = JSON.parse(process.env.EXCHANGE_UPGRADE_TEST_ROUTES ?? "{}");
const connect = net.Socket.prototype.connect;

net.Socket.prototype.connect = function (...args) {
  // Node.js hands on what it has normalized as one array.
  const [options] = Array.isArray(args[0]) ? args[0] : args;
  const port = routes[`${options?.host}:${options?.port}`];
  if (port !== undefined) {
    options.host = "127.0.0.1";
    options.port = port;
  }
  return connect.apply(this, args);
};
