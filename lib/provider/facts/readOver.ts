/** A look over a session that may be lost meanwhile. */
import { ConnectionLost, type HostSession } from "../../host";

/** Reads over a session, and again over another one if it was lost: a command that only reads may be repeated. */
export async function readOver<T>(
  open: () => Promise<HostSession>,
  read: (session: HostSession) => Promise<T>,
): Promise<T> {
  const once = async (): Promise<T> => {
    const session = await open();
    try {
      return await read(session);
    } finally {
      session.close();
    }
  };
  try {
    return await once();
  } catch (error) {
    if (!(error instanceof ConnectionLost)) throw error;
    return once();
  }
}
