/** SSH key pairs for the lab's servers and for tests. */
import { utils } from "ssh2";

/** A key pair in OpenSSH's form; the public key is one line. */
export interface SshKeyPair {
  readonly private: string;
  readonly public: string;
}

/**
 * A new Ed25519 key pair. About one in three hundred that ssh2 makes is malformed, and ssh2 then refuses to read it:
 * those are made anew.
 */
export function newKeyPair(): SshKeyPair {
  for (;;) {
    const pair = utils.generateKeyPairSync("ed25519");
    if (!(utils.parseKey(pair.private) instanceof Error)) {
      return { private: pair.private, public: pair.public.trim() };
    }
  }
}
