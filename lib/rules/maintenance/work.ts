/** What a server is taken out of service for, in the words of the messages on it. Pure. */
import type { Release } from "../../releases";
import type { About } from "../evaluate";
import { stepNames } from "../finding";

/** A server's upgrade, or a security update. */
export interface Work {
  /** Begins a message: `server upgrade on mbx1.contoso.com`. */
  readonly subject: string;
  /** What the server goes out of service for: `Setup of SE RTM`, or the number of the update's article. */
  readonly reason: string;
  /** What is run meanwhile. */
  readonly program: "Setup" | "Windows Installer";
  /** What is installed afterwards. */
  readonly result: string;
  /** Where the result is proven and the server is not well. */
  readonly stands: string;
  /** The release that it is for, by which rules have their titles and sources. */
  readonly target: Release;
}

export function upgradeWork(computer: string, target: Release): Work {
  return {
    subject: `${stepNames.server} on ${computer}`,
    reason: `Setup of ${target.name}`,
    program: "Setup",
    result: target.name,
    stands: "The upgrade stands (D13)",
    target,
  };
}

/** @param kb number of the update's article */
export function updateWork(computer: string, kb: string, target: Release): Work {
  return {
    subject: `${stepNames.securityUpdate} on ${computer}`,
    reason: kb,
    program: "Windows Installer",
    result: kb,
    stands: "The update stands",
    target,
  };
}

/** The step, or the update, that a finding before the window is about, and what is run around which the server is out of service. */
export interface Around {
  readonly about: About;
  /** `Setup`, or the number of the update's article. */
  readonly what: string;
  /** What the program gives the arguments to. */
  readonly by: "step" | "update";
}
