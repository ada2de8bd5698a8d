/**
 * What the directory code must read, whatever directory answers: one suite, run on the lab's simulation and on a real
 * Active Directory, which were written by different people.
 */
import { accountsContract } from "./contract-accounts";
import { connectionsContract } from "./contract-connections";
import { bareForestContract, forestContract } from "./contract-forest";
import { modernForestContract } from "./contract-modern";
import { pagingContract } from "./contract-paging";
import { requirementsContract } from "./contract-requirements";
import { type ContractSource, ContractSubject } from "./contract-support";
import { visibilityContract } from "./contract-visibility";
import { writesContract } from "./contract-writes";
import { hidden, organization } from "./organization";

/** Declares the suite for one kind of directory. */
export function directoryContract(source: ContractSource): void {
  let subject: ContractSubject | undefined;
  const given = (): ContractSubject => {
    if (subject === undefined) throw new Error("the directory has not started");
    return subject;
  };
  before(async function () {
    this.timeout(source.startTimeout);
    subject = new ContractSubject(await source.start(organization, hidden));
  });
  after(() => subject?.directory.stop());
  afterEach(() => subject?.closeSessions());

  forestContract(given);
  requirementsContract(given);
  bareForestContract(source, given);
  modernForestContract(source);
  visibilityContract(given);
  accountsContract(given);
  connectionsContract(given);
  pagingContract(given);
  writesContract(given);
}
